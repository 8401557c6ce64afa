// The page of a run in a real browser: filter, expand, copy, language, dark, narrow, paper; no error, no request.
//
// usage: node page.mjs PAGE.html, a page that holds every outcome and an attack; or the overview of several targets.
// CHROMIUM=/usr/bin/chromium  PLAYWRIGHT=folder with node_modules/playwright-core
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

const { chromium } = createRequire(path.resolve(process.env.PLAYWRIGHT ?? ".", "any.js"))("playwright-core");
const url = pathToFileURL(path.resolve(process.argv[2])).href;

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  chromiumSandbox: false,
  args: ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"],
});

const said = [];
const asked = [];

/** A new page on the report; everything it says or asks for is kept. */
async function opened(options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const page = await context.newPage();
  page.on("console", (message) => said.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => said.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => said.push(`dialog: ${dialog.message()}`));
  page.on("request", (request) => asked.push(request.url().split("#")[0]));
  await page.goto(url);
  return page;
}

const lines = (page) => page.locator(".trial:visible");
const ids = (page) => page.locator(".trial:visible > summary .id").allTextContents();
const everyCardOpen = async (page) => {
  if ((await page.locator("#open").count()) > 0) await page.locator("#open").click();
};
const shown = (page) => page.locator("#shown").textContent().then(Number);

const tests = {
  async "what a deployment sent is shown as text"(page) {
    const title = await page.title();
    await page.locator("#open").click();
    const attack = page.locator("pre", { hasText: "<img src=x onerror=" }).first();
    assert.ok(await attack.isVisible());
    assert.equal(await page.locator("img").count(), 0);
    assert.equal(await page.locator("script").count(), 1);
    assert.equal(await page.title(), title);
  },

  async "outcomes, documents and text filter the trials, and all is shown again"(page) {
    const every = await lines(page).count();
    assert.equal(await shown(page), every);
    const fail = page.locator("button[data-outcome=fail]");
    await fail.click();
    const failed = await lines(page).count();
    assert.ok(failed > 0 && failed < every);
    assert.equal(await shown(page), failed);
    assert.equal(await fail.getAttribute("aria-pressed"), "true");
    assert.equal(await page.locator(".trial.pass:visible").count(), 0);
    await page.locator("button[data-outcome=pass]").click();
    assert.ok((await lines(page).count()) > failed);
    await page.locator("#document").selectOption("ciam/email-send");
    assert.ok((await ids(page)).every((id) => id.startsWith("ciam/email-send/")));
    await page.locator("#reset").click();
    assert.equal(await lines(page).count(), every);
    assert.ok(await page.locator("#reset").isHidden());
    const wanted = (await ids(page)).at(-1);
    await page.locator("#text").fill(wanted.replace("/", " ").toUpperCase());
    const found = await ids(page);
    assert.ok(found.includes(wanted) && found.length < every, found.join());
    await page.locator("#text").fill("nothing is like this");
    assert.ok(await page.locator("#no-match").isVisible());
    await page.keyboard.press("Escape");
    assert.equal(await lines(page).count(), every);
  },

  async "failures stand open, the others open by pointer and by key"(page) {
    assert.equal(await page.locator(".trial.fail:not([open])").count(), 0);
    const passed = page.locator(".trial.pass").first();
    assert.equal(await passed.getAttribute("open"), null);
    await passed.locator("> summary").click();
    assert.ok(await passed.locator(".curl").isVisible());
    await passed.locator("> summary").focus();
    await page.keyboard.press("Enter");
    assert.ok(await passed.locator(".curl").isHidden());
    await page.locator("#close").click();
    assert.equal(await page.locator(".trial[open]").count(), 0);
    await page.locator("#open").click();
    assert.equal(await page.locator(".trial:not([open])").count(), 0);
  },

  async "the curl line is copied, also where there is no clipboard"(page) {
    const card = page.locator(".trial.fail").first();
    const curl = await card.locator(".curl").textContent();
    const pasted = () => page.evaluate(() => navigator.clipboard.readText());
    await card.locator(".copy").click();
    await card.locator(".copy.copied").waitFor();
    assert.equal(await pasted(), curl);
    await page.evaluate(async () => {
      await navigator.clipboard.writeText("");
      navigator.clipboard.writeText = () => Promise.reject(new Error("no clipboard"));
    });
    await page.locator(".trial.fail .copy").nth(1).click();
    await page.locator(".trial.fail").nth(1).locator(".copy.copied").waitFor();
    assert.equal(await pasted(), await page.locator(".trial.fail .curl").nth(1).textContent());
  },

  async "the language is switched there and back"(page) {
    const heading = page.locator("#trials");
    await page.locator("button[data-language=en]").click();
    assert.equal((await heading.innerText()).toLowerCase(), "trials");
    await page.locator("button[data-language=zh]").click();
    assert.equal(await heading.innerText(), "测试项");
    assert.equal(await page.locator("html").getAttribute("lang"), "zh");
    assert.match(await page.locator("#text").getAttribute("placeholder"), /搜索/);
    assert.equal(await page.locator("#document option").first().textContent(), "全部文档");
    assert.equal(await page.locator("span[lang=en]:visible").count(), 0);
    await page.locator("button[data-language=en]").click();
    assert.equal((await heading.innerText()).toLowerCase(), "trials");
    assert.equal(await page.locator("span[lang=zh]:visible").count(), 0);
  },

  async "a square of the matrix leads to the trials of its clause"(page) {
    const square = page.locator(".matrix a.square.violated").first();
    const clause = (await square.getAttribute("title")).split(" – ")[0];
    await square.click();
    assert.equal(await page.locator("#cited code").textContent(), clause);
    const found = await ids(page);
    assert.ok(found.length > 0);
    assert.equal(await page.evaluate(() => document.activeElement.id), "trials");
    await page.locator("#reset").click();
    assert.ok(await page.locator("#cited").isHidden());
  },

  async "the matrix is one stop of the tabulator and arrows walk it"(page) {
    const squares = page.locator(".matrix a.square");
    assert.equal(await page.locator(".matrix a.square[tabindex='0']").count(), 1);
    await squares.first().focus();
    await page.keyboard.press("ArrowRight");
    assert.ok(await squares.nth(1).evaluate((square) => square === document.activeElement));
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("Enter");
    assert.ok(await page.locator("#cited").isVisible());
  },

  async "the first key leads past the head, a slash into the search"(page) {
    await page.keyboard.press("Tab");
    assert.ok(await page.evaluate(() => document.activeElement.classList.contains("skip")));
    await page.locator("#trials").focus();
    await page.keyboard.press("/");
    assert.equal(await page.evaluate(() => document.activeElement.id), "text");
    assert.equal(await page.locator("#text").inputValue(), "");
  },

  async "a link to a trial opens it although it is filtered away"(page) {
    await page.locator(".reason.blocked summary").first().click();
    await page.locator("button[data-outcome=fail]").click();
    await page.locator(".reason.blocked .ids a").first().click();
    await page.locator(".trial.blocked[open]").first().waitFor();
  },

  async "light and dark can both be read"(page) {
    const grounds = [];
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      await everyCardOpen(page);
      grounds.push(await page.evaluate(() => getComputedStyle(document.body).backgroundColor));
      const poor = await page.evaluate(leastContrast);
      assert.deepEqual(poor, [], colorScheme);
    }
    assert.notEqual(grounds[0], grounds[1]);
  },

  async "paper has the report and nothing to press"(page) {
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    assert.equal(await page.locator("button:visible, input:visible, select:visible").count(), 0);
    assert.ok(await page.locator(".trial.fail .curl").first().isVisible());
    assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), "rgb(255, 255, 255)");
  },
};

const ofOverview = {
  async "the language is switched there and back"(page) {
    await page.locator("button[data-language=zh]").click();
    assert.equal(await page.locator("h1").innerText(), "总览");
    await page.locator("button[data-language=en]").click();
    assert.equal((await page.locator("h1").innerText()).toLowerCase(), "overview");
    assert.equal(await page.locator("span[lang=zh]:visible").count(), 0);
  },

  async "every target leads to its page"(page) {
    const links = await page.locator("tbody a").evaluateAll((all) => all.map((link) => link.getAttribute("href")));
    assert.ok(links.length > 1 && links.every((link) => link.endsWith("/report.html") && !link.includes(":")));
  },

  "light and dark can both be read": tests["light and dark can both be read"],
};

/** Runs in the page: every visible text whose contrast with what is behind it is below 4.5. */
function leastContrast() {
  const numbers = (colour) => colour.match(/[\d.]+/g).map(Number);
  const light = (colour) => {
    const [r, g, b] = numbers(colour).map((c) => (c / 255 <= 0.03928 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const ground = getComputedStyle(at).backgroundColor;
      if ((numbers(ground)[3] ?? 1) > 0) return ground;
    }
    return "rgb(255, 255, 255)";
  };
  const poor = new Set();
  for (const element of document.querySelectorAll("body *")) {
    const text = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== "");
    if (!text || !element.checkVisibility() || element.closest("svg, script, style, option")) continue;
    const [a, b] = [light(getComputedStyle(element).color), light(behind(element))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5) poor.add(`${element.tagName}.${element.className} ${contrast.toFixed(2)}`);
  }
  return [...poor];
}

let failed = 0;
async function test(name, run, options) {
  said.length = 0;
  asked.length = 0;
  const page = await opened(options);
  try {
    await run(page);
    assert.deepEqual(said, [], "the page said something");
    assert.deepEqual([...new Set(asked)], [url], "the page asked for something");
    console.log(`ok    ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL  ${name}\n${error.stack}`);
  }
  await page.context().close();
}

const overview = path.basename(process.argv[2]) === "overview.html";
for (const [name, run] of Object.entries(overview ? ofOverview : tests)) await test(name, run);
for (const width of [320, 360, 768]) {
  await test(`nothing is wider than ${width} pixels`, async (page) => {
    await everyCardOpen(page);
    const [content, view] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    assert.ok(content <= view, `${content} > ${view}`);
  }, { viewport: { width, height: 800 } });
}
await test("without a script the report is still read", async (page) => {
  assert.ok(await page.locator(overview ? "tbody a" : ".trial.fail .curl").first().isVisible());
  const other = (await page.locator("html").getAttribute("lang")) === "en" ? "zh" : "en";
  assert.equal(await page.locator(`span[lang=${other}]:visible`).count(), 0);
}, { javaScriptEnabled: false });

await browser.close();
process.exit(failed === 0 ? 0 : 1);
