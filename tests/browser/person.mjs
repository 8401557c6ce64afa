// The page for a person in a real browser: whole runs of the reference through it, by mouse, by keys, by touch; in both
// languages; wrong places, a deployment that gives no puzzle, codes; light, dark, narrow.
//
// usage: node person.mjs IAMSPEC, the binary. Where the gap is, the reference tells tests: the page itself does not know.
// CHROMIUM=/usr/bin/chromium  PLAYWRIGHT=folder with node_modules/playwright-core  SHOTS=folder for pictures of the page
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";

const { chromium } = createRequire(path.resolve(process.env.PLAYWRIGHT ?? ".", "any.js"))("playwright-core");
const iamspec = path.resolve(process.argv[2] ?? "target/debug/iamspec");
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "iamspec-person-"));

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  chromiumSandbox: false,
  args: ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"],
});

// ---- a deployment, a run, a page ----

const started = [];
const environment = { ...process.env, XDG_RUNTIME_DIR: folder, LC_ALL: "C", NO_COLOR: "1" };
const begun = (args, env = {}) => {
  const child = spawn(iamspec, args, { env: { ...environment, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  started.push(child);
  child.out = child.err = "";
  child.stdout.on("data", (data) => (child.out += data));
  child.stderr.on("data", (data) => (child.err += data));
  child.ended = new Promise((resolve) => child.on("close", resolve));
  return child;
};

async function until(condition, what, patience = 15_000) {
  const end = Date.now() + patience;
  for (;;) {
    const found = await condition();
    if (found) return found;
    if (Date.now() > end) throw new Error(`not within ${patience} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const BY_HAND = { captcha: true, codes: true };

/** The reference, its URL, and a target file where a person stands instead of its sources. */
async function deployed(product, { args = [], byHand = BY_HAND, edit = (text) => text } = {}) {
  const child = begun(["serve", "--product", product, ...args]);
  await until(() => child.out.includes("failed_logins"), "the target file of the deployment");
  let text = child.out;
  if (byHand.captcha) text = text.replace(/^http = .*\/captcha\?.*$/m, 'browser = true\ntimeout = "20s"');
  if (byHand.codes) text = text.replace(/^http = .*\/code\?.*$/m, "prompt = true").replace('timeout = "5s"', 'timeout = "20s"');
  const file = path.join(folder, `${started.length}.toml`);
  fs.writeFileSync(file, edit(text));
  const url = text.match(/^url = "(.*)"$/m)[1];
  return { url, file, end: () => child.kill() };
}

async function running(site, args = [], env = {}) {
  const record = path.join(folder, `${started.length}.json`);
  const child = begun(["run", "--target", site.file, "--no-reports", "--report", `json=${record}`, ...args], env);
  const url = await until(() => child.err.match(/http:\/\/127\.0\.0\.1:\d+\/[0-9a-f]{32}\//), "the address of the page");
  return {
    url: url[0],
    /** The exit code and the record. */
    over: async () => {
      const code = await child.ended;
      return { code, err: child.err, out: child.out, record: JSON.parse(fs.readFileSync(record, "utf8")) };
    },
  };
}

const said = [];
const asked = [];
async function opened(run, options = {}) {
  const context = await browser.newContext({ viewport: { width: 800, height: 900 }, ...options });
  const page = await context.newPage();
  page.on("console", (message) => said.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => said.push(`error: ${error.message}`));
  page.on("request", (request) => asked.push(request.url()));
  await page.goto(run.url);
  return page;
}

async function shot(page, name) {
  if (process.env.SHOTS) await page.screenshot({ path: path.join(process.env.SHOTS, `${name}.png`), fullPage: true });
}

// ---- what a person does ----

/** Waits for a puzzle to be shown; where its gap is. */
async function gap(page, site) {
  await page.locator("#puzzle:not(.busy) #scene:visible").waitFor();
  const answer = await fetch(`${site.url}/_reference/puzzle`);
  return (await answer.json()).x;
}

const WAY = 310 - 47;

/** Drags the handle until the piece stands at `x`. */
async function byMouse(page, x) {
  const track = await page.locator("#track").boundingBox();
  const handle = await page.locator("#handle").boundingBox();
  const room = track.width - 2 - handle.width;
  const from = [handle.x + handle.width / 2, handle.y + handle.height / 2];
  await page.mouse.move(...from);
  await page.mouse.down();
  await page.mouse.move(from[0] + (room * x) / WAY / 2, from[1] + 3, { steps: 3 });
  await page.mouse.move(from[0] + (room * x) / WAY, from[1] - 2, { steps: 3 });
  await page.mouse.up();
}

/** Pulls the piece itself with a finger. */
async function byTouch(page, x) {
  const piece = await page.locator("#piece").boundingBox();
  const stage = await page.locator("#stage").boundingBox();
  const session = await page.context().newCDPSession(page);
  const point = (way) => [{ x: piece.x + piece.width / 2 + (stage.width * way) / 310, y: piece.y + piece.height / 2 }];
  await session.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: point(0) });
  for (const part of [0.3, 0.7, 1]) {
    await session.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: point(x * part) });
  }
  await session.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
}

let focused = 0;
async function byKeys(page, x) {
  // Once there, the keys stay where they are from puzzle to puzzle.
  if ((await page.evaluate(() => document.activeElement.id)) !== "handle") {
    await page.locator("#handle").focus();
    focused += 1;
  }
  await page.keyboard.press("Home");
  for (let tens = 0; tens < Math.floor(x / 10); tens += 1) await page.keyboard.press("Shift+ArrowRight");
  for (let ones = 0; ones < x % 10; ones += 1) await page.keyboard.press("ArrowRight");
  assert.equal(await page.locator("#handle").getAttribute("aria-valuenow"), String(x));
  await page.keyboard.press("Enter");
}

const NUMBERS = ["15201657311", "15201657312", "15201657313"];

/** The code that was sent to whom the page names, as their telephone shows it. */
async function received(page, site, item) {
  const [to, , scene] = await item.locator("dd").allTextContents();
  const pool = Array.from({ length: 16 }, (_, at) => `152000000${String(at).padStart(2, "0")}`);
  const number = [...NUMBERS, ...pool].find((known) => `${known.slice(0, 3)}****${known.slice(-4)}` === to);
  const answer = await fetch(`${site.url}/_reference/code?to=${number}&scene=${scene}`);
  return (await answer.json()).code;
}

/** Does whatever the page asks for until the run is over; how many puzzles, how many codes. */
async function serve(page, site, slide) {
  const done = { puzzles: 0, codes: 0 };
  const shown = (selector) => page.locator(selector).first().isVisible();
  while (!(await shown("#over"))) {
    if (await shown("#puzzle:not(.busy) #scene")) {
      const scene = await page.locator("#scene").getAttribute("src");
      const where = await gap(page, site);
      if ((await page.locator("#scene").getAttribute("src")) !== scene) continue;
      await slide(page, where);
      await page.waitForFunction((old) => document.querySelector("#puzzle").hidden || document.querySelector("#scene").src !== old, scene);
      assert.doesNotMatch(await page.locator("#said").textContent(), /Not there|位置不对/);
      done.puzzles += 1;
    } else if (await shown("#code-list input")) {
      const item = page.locator("#code-list li").first();
      const field = await item.locator("input").getAttribute("id");
      await item.locator("input").fill(await received(page, site, item));
      await page.keyboard.press("Enter");
      await page.locator(`#${field}`).waitFor({ state: "detached" });
      done.codes += 1;
    } else {
      await page.waitForTimeout(30);
    }
  }
  return done;
}

const ONE = ["--select", "ciam/sms-send/scene/LOGIN_SMS"];

const tests = {
  async "a whole CIAM run by mouse conforms, with no more puzzles than scenes and what needs a token of its own"() {
    const site = await deployed("ciam");
    const run = await running(site);
    const page = await opened(run);
    const { puzzles } = await serve(page, site, byMouse);
    const { code, record, err, out } = await run.over();
    assert.equal(code, 0, out);
    assert.equal(record.verdict, "conforms");
    assert.equal(record.tally.total, record.tally.pass);
    // Twelve scenes; three accepted requests and two that cannot be delivered in each document.
    assert.equal(puzzles, 12 + 2 * (3 + 2));
    assert.match(err, /22 puzzles/);
    assert.deepEqual(said, [], "the page said something");
    assert.deepEqual(asked.filter((url) => !url.startsWith(run.url) && !url.startsWith("data:")), []);
  },

  async "a whole EIAM run through the page conforms, puzzles by keys and codes, in Chinese"() {
    const site = await deployed("eiam");
    const run = await running(site, ["--lang", "zh"]);
    const page = await opened(run);
    assert.equal(await page.locator("html").getAttribute("lang"), "zh");
    focused = 0;
    const { puzzles, codes } = await serve(page, site, byKeys);
    assert.ok(focused <= codes + 1, `the keys were lost ${focused} times`);
    const { code, record, out } = await run.over();
    assert.equal(code, 0, out);
    assert.equal(record.verdict, "conforms");
    assert.ok(puzzles > codes && codes >= 3, `${puzzles} puzzles, ${codes} codes`);
    assert.deepEqual(said, [], "the page said something");
    console.log(`      ${puzzles} puzzles, ${codes} codes`);
  },

  async "a puzzle is solved by touch on a telephone, its point encrypted"() {
    const site = await deployed("ciam", { args: ["--variant", "puzzle-with-key"] });
    const run = await running(site, ONE);
    const page = await opened(run, { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
    const { puzzles } = await serve(page, site, byTouch);
    const { code, out } = await run.over();
    assert.deepEqual([code, puzzles], [0, 1], out);
  },

  async "a wrong place is said, and gives another puzzle"() {
    const site = await deployed("ciam");
    const run = await running(site, ONE);
    const page = await opened(run);
    const where = await gap(page, site);
    const scene = await page.locator("#scene").getAttribute("src");
    await byMouse(page, where > 150 ? where - 60 : where + 60);
    await page.locator("#said.bad").waitFor();
    assert.match(await page.locator("#said").textContent(), /^Not there\. .*IDAAS\.SDK\.CAPTCHA\.0002/);
    const again = await gap(page, site);
    assert.notEqual(await page.locator("#scene").getAttribute("src"), scene);
    await shot(page, "wrong");
    await byKeys(page, again);
    const { code, out } = await run.over();
    assert.equal(code, 0, out);
  },

  async "a puzzle that is never solved is blocked for that, and not for want of a person"() {
    const site = await deployed("ciam", { edit: (text) => text.replace('"20s"', '"3s"') });
    const run = await running(site, ONE);
    const page = await opened(run);
    const where = await gap(page, site);
    await byMouse(page, where > 150 ? where - 60 : where + 60);
    await page.locator("#said.bad").waitFor();
    const { code, record } = await run.over();
    assert.equal(code, 5);
    const { reason } = record.trials[0];
    assert.equal(reason.code, "needs-captcha");
    assert.match(reason.text, /refused the last try \(HTTP 400 IDAAS\.SDK\.CAPTCHA\.0002\)/);
  },

  async "the page names recipient, trial, scene and time, and nobody's whole number"() {
    const site = await deployed("ciam");
    const run = await running(site, ["--select", "ciam/email-send/scene/*", "--jobs", "2"]);
    const page = await opened(run);
    await gap(page, site);
    const [to, trial, scene, target, left] = await page.locator("#puzzle-errand dd").allTextContents();
    assert.match(to, /^q\*\*\*@example\.com$/);
    assert.match(trial, /^ciam\/email-send\/scene\//);
    assert.match(scene, /_EMS$/);
    assert.equal(target, "reference-ciam");
    assert.match(left, /^0:(1\d|20)$/);
    assert.match(await page.locator("#counts").textContent(), /solved: 0 · waiting now: \d · about \d more/);
    const state = await page.evaluate(async () => (await fetch("state")).text());
    assert.doesNotMatch(state, /qa\d\d@|captcha_token|[0-9a-f]{32}/);
    const slider = page.getByRole("slider");
    assert.equal(await slider.getAttribute("aria-label"), "Place of the piece");
    assert.equal(await slider.getAttribute("aria-valuemax"), String(WAY));
    await shot(page, "light");
    await page.emulateMedia({ colorScheme: "dark" });
    await shot(page, "dark");
    await page.locator("[data-language=zh]").click();
    assert.match(await page.locator("h1").textContent(), /协助/);
    assert.equal(await slider.getAttribute("aria-label"), "拼块位置");
    await page.setViewportSize({ width: 360, height: 740 });
    await shot(page, "narrow-zh-dark");
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      assert.deepEqual(await page.evaluate(leastContrast), [], colorScheme);
    }
    for (const width of [320, 360, 768]) {
      await page.setViewportSize({ width, height: 740 });
      const [content, view] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      assert.ok(content <= view, `${content} > ${view}`);
    }
    await serve(page, site, byMouse);
    assert.equal((await run.over()).code, 0);
  },

  async "a trial that is left out is blocked and the rest goes on"() {
    const site = await deployed("ciam");
    const run = await running(site, ["--select", "ciam/sms-send/scene/*"]);
    const page = await opened(run);
    await gap(page, site);
    await page.locator("#leave").click();
    await serve(page, site, byMouse);
    const { code, record } = await run.over();
    assert.equal(code, 5);
    assert.deepEqual([record.tally.blocked, record.tally.pass], [1, 5]);
    const { reason } = record.trials.find((trial) => trial.outcome === "blocked");
    assert.equal(reason.code, "needs-captcha");
    assert.match(reason.text, /left out on the page/);
  },

  async "a deployment that gives no puzzle is said in words, on the page and in the record"() {
    const site = await deployed("ciam", { edit: (text) => text.replace(/client_id = ".*"/, 'client_id = "nobody"').replace('"20s"', '"2s"') });
    const run = await running(site, ONE);
    const page = await opened(run);
    await page.locator("#said.bad").waitFor();
    assert.match(await page.locator("#said").textContent(), /refused: HTTP 400 IDAAS\.SDK\.PARAM\.0003\.$/);
    await shot(page, "refused");
    const { code, record } = await run.over();
    assert.equal(code, 3);
    const { reason } = record.trials[0];
    assert.equal(reason.code, "source");
    assert.match(reason.text, /HTTP 400 IDAAS\.SDK\.PARAM\.0003/);
  },

  async "what is typed is a code or asked for again"() {
    const site = await deployed("eiam", { byHand: { codes: true } });
    const run = await running(site, ["--select", "eiam/mobile-login/mfa"]);
    const page = await opened(run);
    const item = page.locator("#code-list li");
    await item.waitFor();
    await item.locator("input").fill("12a");
    await page.keyboard.press("Enter");
    await item.locator(".wrong", { hasText: "four to eight digits" }).waitFor();
    assert.equal(await item.locator("input").getAttribute("aria-invalid"), "true");
    await shot(page, "code");
    // A slip of the hand: the deployment refuses, and the code is asked for once more.
    const code = await received(page, site, item);
    await item.locator("input").fill(code.slice(0, -1) + ((Number(code.at(-1)) + 1) % 10));
    await page.keyboard.press("Enter");
    await item.locator(".again", { hasText: "did not take this code" }).waitFor();
    await page.waitForFunction(() => document.activeElement.tagName === "INPUT", null, { timeout: 2000 });
    await shot(page, "code-again");
    await page.setViewportSize({ width: 360, height: 740 });
    await page.locator("[data-language=zh]").click();
    await shot(page, "code-narrow-zh");
    await serve(page, site, byMouse);
    assert.equal((await run.over()).code, 0);
  },
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
    if (!text || !element.checkVisibility() || element.closest("noscript")) continue;
    const [a, b] = [light(getComputedStyle(element).color), light(behind(element))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5) poor.add(`${element.tagName}.${element.className} ${contrast.toFixed(2)}`);
  }
  return [...poor];
}

let failed = 0;
const only = process.argv[3];
for (const [name, run] of Object.entries(tests)) {
  if (only !== undefined && !name.includes(only)) continue;
  said.length = asked.length = 0;
  try {
    await run();
    console.log(`ok    ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL  ${name}\n${error.stack}`);
    for (const child of started.filter((child) => child.exitCode === null)) console.log(child.spawnargs.slice(1).join(" "), child.err);
  }
  for (const context of browser.contexts()) await context.close();
  for (const child of started.splice(0)) child.kill();
}

await browser.close();
fs.rmSync(folder, { recursive: true, force: true });
process.exit(failed === 0 ? 0 : 1);
