"use strict";
(() => {
  const root = document.documentElement;
  const all = (query) => [...document.querySelectorAll(query)];

  // Language: the page holds both, the style shows one.
  const speak = (language) => {
    root.lang = language;
    for (const button of all("[data-language]")) {
      button.setAttribute("aria-pressed", String(button.dataset.language === language));
    }
    for (const element of all("[data-en]")) {
      const text = element.dataset[language];
      if (element instanceof HTMLInputElement) element.placeholder = text;
      else element.textContent = text;
    }
  };
  for (const button of all("[data-language]")) {
    button.addEventListener("click", () => speak(button.dataset.language));
  }
  speak(root.lang);
})();
