"use strict";
(() => {
  /** A scene is this wide to the deployment, however large it is shown. */
  const WIDTH = 310;
  /** A puzzle this old is no longer taken by a deployment of the usual kind, in milliseconds. */
  const STALE = 110_000;
  const EVERY = 700;

  const WORDS = {
    en: {
      title: "iamspec needs you",
      puzzle: "Puzzle",
      codes: "Verification codes",
      loading: "The puzzle is being fetched …",
      none: "No puzzle could be had.",
      hint: "Slide the piece into the gap and let go. With the keyboard: arrow keys, with Shift ten at a time, then Enter.",
      check: "Check",
      another: "Another puzzle",
      leave: "Leave this one out",
      idle: "Nothing is waiting. This page shows the next puzzle or code by itself: leave it open.",
      over: "The run is over, or cannot be reached any more. This page can be closed.",
      slider: "Place of the piece",
      place: (at, most) => `${at} of ${most} pixels`,
      to: "Recipient",
      trial: "Trial",
      scene: "Scene",
      target: "Target",
      left: "Time left",
      code: (to) => `Code that ${to} received`,
      give: "Give",
      sure: "Once more, please, to be sure: a slip would go unnoticed here.",
      doubted: "The deployment did not take this code. Once more, please, to be sure that it was typed right.",
      taken: "Right. The trial goes on.",
      codeTaken: "Thank you.",
      wrong: (code) => `Not there. Here is another puzzle. (${code})`,
      fresh: "The puzzle had grown old. Here is another one.",
      gone: "This trial no longer waits.",
      form: "A code has four to eight digits.",
      leftOut: "Left out: the trial is blocked.",
      checking: "The deployment is being asked …",
      refused: (status, code) => `The deployment refused: HTTP ${status} ${code}`.trim() + ".",
      silent: (text) => `The deployment could not be asked: ${text}.`,
      unreadable: (text) => `The deployment answered something else: ${text}.`,
      counts: (solved, now, more) =>
        (solved + more > 0 ? `Puzzles solved: ${solved} · ` : "") + `waiting now: ${now}` + (more > 0 ? ` · about ${more} more to come` : ""),
    },
    zh: {
      title: "iamspec 需要您的协助",
      puzzle: "拼图",
      codes: "验证码",
      loading: "正在获取拼图……",
      none: "未能获取拼图。",
      hint: "将拼块滑到缺口处后松开。使用键盘：方向键移动，按住 Shift 每次移动十格，然后按 Enter。",
      check: "提交",
      another: "换一张",
      leave: "跳过此项",
      idle: "当前没有等待的任务。请保持此页面打开，下一个拼图或验证码会自动出现。",
      over: "运行已结束或已无法连接，可以关闭此页面。",
      slider: "拼块位置",
      place: (at, most) => `${at} / ${most} 像素`,
      to: "接收方",
      trial: "测试项",
      scene: "场景",
      target: "目标",
      left: "剩余时间",
      code: (to) => `${to} 收到的验证码`,
      give: "提交",
      sure: "请再次输入以确认：此处输错不会被发现。",
      doubted: "部署未接受该验证码。请再次输入，以确认输入无误。",
      taken: "正确，测试继续进行。",
      codeTaken: "谢谢。",
      wrong: (code) => `位置不对，已换一张拼图。（${code}）`,
      fresh: "拼图已过期，已换一张。",
      gone: "该测试项已不再等待。",
      form: "验证码应为四到八位数字。",
      leftOut: "已跳过：该测试项记为受阻。",
      checking: "正在向部署核实……",
      refused: (status, code) => `部署拒绝了请求：HTTP ${status} ${code}`.trim() + "。",
      silent: (text) => `无法向部署发出请求：${text}。`,
      unreadable: (text) => `部署的应答不符合预期：${text}。`,
      counts: (solved, now, more) =>
        (solved + more > 0 ? `已完成拼图：${solved} · ` : "") + `正在等待：${now}` + (more > 0 ? ` · 预计还有约 ${more} 个` : ""),
    },
  };

  const root = document.documentElement;
  const one = (id) => document.getElementById(id);
  const words = () => WORDS[root.lang] ?? WORDS.en;

  const stage = one("stage");
  const scene = one("scene");
  const piece = one("piece");
  const handle = one("handle");
  const track = one("track");
  const panel = one("puzzle");

  /** What is shown. `place` is where the piece stands, in pixels of a scene 310 wide; `at` is where somebody works by keys. */
  const now = { view: null, ticket: null, puzzle: null, since: 0, place: 0, most: 0, busy: false, failures: 0, at: null };
  const codes = new Map();

  // ---- asking our own server ----

  const post = async (what, body) => {
    const options = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
    const answer = await fetch(what, options);
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    return answer.json();
  };

  const poll = async () => {
    try {
      const answer = await fetch("state", { cache: "no-store" });
      if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
      now.view = await answer.json();
      now.failures = 0;
      if (now.view.over) return end();
      show();
    } catch {
      now.failures += 1;
      if (now.failures >= 3) end();
    }
    setTimeout(poll, now.failures >= 3 ? 5000 : EVERY);
  };

  /** Whoever moves about here is there: told at most every five seconds. */
  let told = 0;
  const here = () => {
    if (Date.now() - told < 5000) return;
    told = Date.now();
    post("here", {}).catch(() => {});
  };

  // ---- saying something ----

  /** What was said last, so that it can be said in another language. */
  let saying = null;
  const say = (tone, text) => {
    saying = { tone, text };
    const said = one("said");
    said.className = `said ${tone}`;
    said.textContent = text === null ? "" : text(words());
  };
  const trouble = (met) => (w) => {
    switch (met.kind) {
      case "misplaced": return w.wrong(met.code || "HTTP 400");
      case "refused": return w.refused(met.status, met.code);
      case "silent": return w.silent(met.text);
      default: return w.unreadable(met.text);
    }
  };

  const time = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

  // ---- the errand that a puzzle or a code is for ----

  const errand = (list, ticket) => {
    const w = words();
    const rows = [["to", ticket.to], ["trial", ticket.trial], ["scene", ticket.scene], ["target", ticket.target]];
    const parts = [];
    for (const [name, value] of [...rows, ["left", time(ticket.left)]]) {
      if (value === null || value === "") continue;
      const term = document.createElement("dt");
      const text = document.createElement("dd");
      term.textContent = w[name];
      text.textContent = value;
      if (name === "left") text.className = ticket.left < 20 ? "left soon" : "left";
      parts.push(term, text);
    }
    list.replaceChildren(...parts);
  };

  /** Whoever works by keys goes on with the next one, where what had the focus has gone. */
  const carryOn = (element) => {
    if (document.activeElement !== document.body || !element) return;
    element.focus();
    now.at = null;
  };

  // ---- the puzzle ----

  const put = (place) => {
    now.place = Math.max(0, Math.min(now.most, place));
    const rounded = Math.round(now.place);
    piece.style.left = `${(now.place / WIDTH) * 100}%`;
    const way = now.most > 0 ? now.place / now.most : 0;
    const room = track.clientWidth - handle.offsetWidth;
    handle.style.left = `${way * room}px`;
    one("filled").style.width = `${way * room + handle.offsetWidth / 2}px`;
    handle.setAttribute("aria-valuenow", String(rounded));
    handle.setAttribute("aria-valuemax", String(Math.round(now.most)));
    handle.setAttribute("aria-valuetext", words().place(rounded, Math.round(now.most)));
  };

  const picture = (image, base64) => {
    image.src = `data:image/png;base64,${base64}`;
    return image.decode();
  };

  const busy = (yes) => {
    now.busy = yes;
    panel.classList.toggle("busy", yes);
    panel.setAttribute("aria-busy", String(yes));
  };

  const load = async (ticket) => {
    now.ticket = ticket;
    now.puzzle = null;
    busy(true);
    const loading = one("loading");
    loading.hidden = false;
    loading.textContent = words().loading;
    scene.hidden = piece.hidden = true;
    put(0);
    try {
      const offered = await post("puzzle", { ticket });
      if (now.ticket !== ticket) return;
      if (offered.outcome === "gone") return forget();
      if (offered.outcome === "refused") {
        loading.textContent = words().none;
        say("bad", trouble(offered.trouble));
        return;
      }
      await Promise.all([picture(scene, offered.scene), picture(piece, offered.piece)]);
      if (now.ticket !== ticket) return;
      loading.hidden = true;
      scene.hidden = piece.hidden = false;
      now.puzzle = offered.puzzle;
      now.since = Date.now();
      now.most = WIDTH - (piece.naturalWidth * WIDTH) / scene.naturalWidth;
      put(0);
      if (now.at === "handle") carryOn(handle);
    } catch {
      loading.textContent = words().none;
    } finally {
      busy(false);
    }
  };

  const forget = () => {
    now.ticket = now.puzzle = null;
    show();
  };

  const check = async () => {
    if (now.busy || now.puzzle === null) return;
    const { ticket, puzzle } = now;
    busy(true);
    say("", (w) => w.checking);
    try {
      const outcome = await post("solve", { ticket, puzzle, x: Math.round(now.place * 10) / 10 });
      busy(false);
      if (outcome.outcome === "taken") {
        say("good", (w) => w.taken);
        now.ticket = now.puzzle = null;
        panel.hidden = true;
        await refresh();
      } else if (outcome.outcome === "refused") {
        say("bad", trouble(outcome.trouble));
        await load(ticket);
      } else {
        say("", (w) => w.gone);
        await refresh();
        if (now.ticket === ticket) await load(ticket);
      }
    } catch {
      busy(false);
      say("bad", (w) => w.gone);
    }
  };

  const refresh = async () => {
    const answer = await fetch("state", { cache: "no-store" });
    now.view = await answer.json();
    if (now.view.over) end();
    else show();
  };

  // ---- moving the piece: pointer, then keys ----

  let grip = null;
  const grab = (event) => {
    if (now.busy || now.puzzle === null || event.button > 0) return;
    grip = { pointer: event.pointerId, from: event.clientX, place: now.place };
    event.currentTarget.setPointerCapture(event.pointerId);
    if (event.currentTarget === piece) event.preventDefault();
    here();
  };
  const drag = (event) => {
    if (grip === null || event.pointerId !== grip.pointer) return;
    // The piece follows the finger on the picture, and the handle goes its whole way on the track.
    const room = event.currentTarget === piece ? stage.clientWidth : track.clientWidth - handle.offsetWidth;
    const span = event.currentTarget === piece ? WIDTH : now.most;
    put(grip.place + ((event.clientX - grip.from) / room) * span);
  };
  const release = (event) => {
    if (grip === null || event.pointerId !== grip.pointer) return;
    const moved = Math.abs(now.place - grip.place) > 2;
    grip = null;
    if (event.type === "pointerup" && moved) check();
  };
  for (const element of [handle, piece]) {
    element.addEventListener("pointerdown", grab);
    element.addEventListener("pointermove", drag);
    element.addEventListener("pointerup", release);
    element.addEventListener("pointercancel", release);
  }

  handle.addEventListener("keydown", (event) => {
    const step = event.shiftKey ? 10 : 1;
    const by = {
      ArrowRight: step, ArrowUp: step, ArrowLeft: -step, ArrowDown: -step, PageUp: 10, PageDown: -10,
      Home: -WIDTH, End: WIDTH,
    }[event.key];
    if (by !== undefined && !now.busy && now.puzzle !== null) put(Math.round(now.place) + by);
    else if (event.key === "Enter" || event.key === " ") check();
    else if (by === undefined) return;
    event.preventDefault();
    now.at = "handle";
    here();
  });
  one("check").addEventListener("click", check);
  one("another").addEventListener("click", () => {
    if (now.busy || now.ticket === null) return;
    here();
    say("", null);
    load(now.ticket);
  });
  one("leave").addEventListener("click", async () => {
    if (now.busy || now.ticket === null) return;
    await leave(now.ticket);
  });

  const leave = async (ticket) => {
    await post("skip", { ticket }).catch(() => {});
    say("", (w) => w.leftOut);
    await refresh().catch(() => {});
  };

  // ---- codes ----

  const codeItem = (ticket) => {
    const item = document.createElement("li");
    const list = document.createElement("dl");
    list.className = "errand";
    const form = document.createElement("form");
    const label = document.createElement("label");
    const caption = document.createElement("span");
    const input = document.createElement("input");
    Object.assign(input, { type: "text", inputMode: "numeric", autocomplete: "one-time-code", maxLength: 16, required: true });
    input.id = `code-${ticket.id}`;
    label.append(caption, input);
    const give = document.createElement("button");
    give.className = "main";
    const skip = document.createElement("button");
    skip.type = "button";
    skip.className = "quiet";
    const again = document.createElement("p");
    again.className = "again";
    const wrong = document.createElement("p");
    wrong.className = "wrong";
    wrong.id = `wrong-${ticket.id}`;
    wrong.setAttribute("role", "alert");
    input.setAttribute("aria-describedby", wrong.id);
    form.append(label, give, skip);
    item.append(list, again, form, wrong);
    form.noValidate = true;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      now.at = "code";
      const outcome = await post("code", { ticket: ticket.id, code: input.value }).catch(() => ({ outcome: "gone" }));
      if (outcome.outcome === "form") {
        wrong.textContent = words().form;
        input.setAttribute("aria-invalid", "true");
        input.select();
        return;
      }
      say(outcome.outcome === "taken" ? "good" : "", (w) => (outcome.outcome === "taken" ? w.codeTaken : w.gone));
      await refresh().catch(() => {});
    });
    skip.addEventListener("click", () => leave(ticket.id));
    const speak = (seen) => {
      const w = words();
      errand(list, seen);
      caption.textContent = w.code(seen.to);
      again.textContent = { sure: w.sure, refused: w.doubted }[seen.again] ?? "";
      again.hidden = again.textContent === "";
      if (wrong.textContent !== "") wrong.textContent = w.form;
      give.textContent = w.give;
      skip.textContent = w.leave;
    };
    return { item, speak };
  };

  const showCodes = (tickets) => {
    for (const [id, code] of codes) {
      if (tickets.some((ticket) => ticket.id === id)) continue;
      code.item.remove();
      codes.delete(id);
    }
    for (const ticket of tickets) {
      if (!codes.has(ticket.id)) {
        codes.set(ticket.id, codeItem(ticket));
        one("code-list").append(codes.get(ticket.id).item);
      }
      codes.get(ticket.id).speak(ticket);
    }
    one("codes").hidden = tickets.length === 0;
    if (now.at === "code") carryOn(one("code-list").querySelector("input"));
  };

  // ---- all of it ----

  const show = () => {
    const { tickets, solved, expected } = now.view;
    const puzzles = tickets.filter((ticket) => ticket.kind === "puzzle");
    const more = expected === null ? 0 : expected - solved - puzzles.length;
    one("counts").textContent = words().counts(solved, tickets.length, more);
    document.title = tickets.length > 0 ? `(${tickets.length}) iamspec` : "iamspec";
    showCodes(tickets.filter((ticket) => ticket.kind === "code"));
    one("idle").hidden = tickets.length > 0;
    one("over").hidden = true;
    const mine = puzzles.find((ticket) => ticket.id === now.ticket) ?? puzzles[0];
    panel.hidden = mine === undefined;
    if (mine === undefined) {
      now.ticket = now.puzzle = null;
      return;
    }
    errand(one("puzzle-errand"), mine);
    if (mine.id !== now.ticket) {
      load(mine.id);
    } else if (now.puzzle !== null && Date.now() - now.since > STALE && grip === null && !now.busy && !document.hidden) {
      say("", (w) => w.fresh);
      load(mine.id);
    }
  };

  const end = () => {
    now.ticket = now.puzzle = null;
    showCodes([]);
    panel.hidden = one("idle").hidden = true;
    one("over").hidden = false;
    one("counts").textContent = "";
    document.title = "iamspec";
    say("", null);
  };

  const speak = (language) => {
    root.lang = language;
    for (const button of document.querySelectorAll("[data-language]")) {
      button.setAttribute("aria-pressed", String(button.dataset.language === language));
    }
    for (const element of document.querySelectorAll("[data-word]")) element.textContent = words()[element.dataset.word];
    handle.setAttribute("aria-label", words().slider);
    put(now.place);
    if (saying !== null) say(saying.tone, saying.text);
    if (now.view !== null && now.failures < 3 && !now.view.over) show();
  };
  for (const button of document.querySelectorAll("[data-language]")) {
    button.addEventListener("click", () => speak(button.dataset.language));
  }
  addEventListener("resize", () => put(now.place));

  speak(root.lang);
  poll();
})();
