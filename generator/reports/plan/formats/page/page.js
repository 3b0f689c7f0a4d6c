"use strict";
// Everything that comes from a plan is put into the page as text, and never as markup.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const groups = [...document.querySelectorAll("details.group")];
  const search = document.getElementById("search");
  const found = document.getElementById("found");
  const filters = { verdict: new Set(), class: new Set(), risk: new Set() };
  const RISKS = data.headings;

  function node(tag, options = {}, ...inner) {
    const made = document.createElement(tag);
    for (const [key, value] of Object.entries(options)) {
      if (key === "class") made.className = value;
      else if (key === "open") made.open = value;
      else made.setAttribute(key, value);
    }
    made.append(...inner.filter((each) => each !== null && each !== undefined && each !== ""));
    return made;
  }

  // Texts of many environments are the same: the document holds each once.
  const text = (number) => data.texts[number];

  // A long name breaks behind its joints, and is copied without a break.
  function broken(words) {
    return words.split(/(?<=[.\[\]/:_])/).flatMap((part) => [part, node("wbr")]);
  }

  function placeNode(words) {
    const [, place, key] = /^(\S+)(?: \((.*)\))?$/.exec(words) || [null, words, ""];
    return node("div", {}, node("div", { class: "place" }, place), key ? node("div", { class: "name" }, ...broken(key)) : null);
  }

  function valueCell(value, side) {
    const [kind, words] = value;
    return node("td", { class: kind === "absent" ? "absent" : side }, text(words));
  }

  function lineNode([sign, words]) {
    const kind = { "+": "line-add", "-": "line-gone", "#": "line-note" }[sign] || "";
    return node("div", { class: kind }, `${sign} ${text(words)}`);
  }

  function row(value) {
    const path = node("td", {}, ...broken(text(value.path)));
    if (value.replaces) path.append(node("div", { class: "forces" }, "forces replacement"));
    const where = node("td", { class: "key" }, ...value.origins.map((each) => placeNode(text(each))));
    if (value.lines) {
      return node("tr", { class: "wide" }, path, node("td", { colspan: "2" }, ...value.lines.map(lineNode)), where);
    }
    return node("tr", {}, path, valueCell(value.before, "before"), valueCell(value.after, "after"), where);
  }

  function changeNode(change, isOpen) {
    const head = node("summary", {},
      node("span", { class: `sign ${change.action}` }, change.label),
      node("span", { class: "address" }, text(change.address)),
      change.why ? node("span", { class: "why" }, change.why) : null);
    const made = node("details", { class: "change", open: isOpen }, head);
    made.dataset.risk = change.risk;
    const fill = () => {
      if (made.dataset.filled) return;
      made.dataset.filled = "yes";
      for (const note of change.notes) made.append(node("div", { class: "note" }, note));
      if (change.values.length) {
        const titles = ["value", "before", "after", "spec"].map((word) => node("th", {}, word));
        made.append(node("table", {}, node("thead", {}, node("tr", {}, ...titles)), node("tbody", {}, ...change.values.map(row))));
      }
      const places = change.places.map(text).join("   ·   ");
      if (places) made.append(node("p", { class: "places" }, places));
      highlight(made);
    };
    made.addEventListener("toggle", () => made.open && fill());
    if (isOpen) fill();
    return made;
  }

  function refusalNode(each) {
    return node("div", { class: "refusal" },
      node("p", {}, node("strong", {}, `refused: ${each.kind} `), node("code", {}, each.address)),
      node("p", {}, each.reason),
      each.before ? node("p", {}, "now ", node("code", {}, each.before), ", then ", node("code", {}, each.after)) : null,
      ...each.origins.map((origin) => node("p", { class: "places" }, `set at ${origin}`)),
      node("p", {}, node("code", {}, each.flag || "nothing allows it")));
  }

  function section(body, kind, title, changes, isOpen) {
    if (!changes.length) return;
    body.append(node("h3", { class: kind }, `${title} (${changes.length})`));
    for (const change of changes) body.append(changeNode(change, isOpen));
  }

  function fill(element) {
    if (element.dataset.filled) return;
    element.dataset.filled = "yes";
    const group = data.groups[Number(element.dataset.number)];
    const body = element.querySelector(".body");
    for (const fact of group.facts) body.append(node("p", { class: "facts" }, fact));
    body.append(...group.refusals.map(refusalNode));
    for (const note of group.notes) body.append(node("div", { class: "note" }, note));
    const outside = () => section(body, "wider", data.outside, group.outside, true);
    if (data.is_drift) outside();
    for (const [risk, title] of RISKS) {
      const its = group.changes.filter((change) => change.risk === risk);
      const isOpen = !["created", "moved", "tags", "read"].includes(risk) && its.length < 30;
      section(body, risk, title, its, isOpen);
    }
    if (data.is_drift && group.outputs.length) {
      body.append(node("h3", {}, "Not applied yet: outputs"), ...group.outputs.map((each) => node("p", { class: "facts" }, each)));
    }
    if (!data.is_drift) outside();
    section(body, "destroyed", data.expired, group.excused.filter((each) => each.expired), true);
    section(body, "", data.known, group.excused.filter((each) => !each.expired), false);
    if (group.differs.length) {
      const rows = group.differs.map((each) => node("tr", {}, ...each.map((part) => node("td", {}, text(part)))));
      body.append(node("details", { class: "change" },
        node("summary", {}, `In what it is not as ${group.compared_with} (${group.differs.length})`),
        node("table", {}, node("tbody", {}, ...rows))));
    }
    const drawing = element.querySelector("template").content;
    if (drawing.childElementCount) {
      const graph = node("div", { class: "graph" });
      graph.append(drawing.cloneNode(true));
      body.append(node("details", { class: "change" }, node("summary", {}, "The stack as a graph"), graph));
    }
    highlight(body);
  }

  // One text per group, to be searched; made when somebody searches for the first time.
  const haystacks = new Map();
  function haystack(number) {
    if (!haystacks.has(number)) {
      const parts = [];
      JSON.stringify(data.groups[number], (key, value) => {
        if (typeof value === "string") parts.push(value);
        else if (typeof value === "number") parts.push(data.texts[value] ?? "");
        return value;
      });
      haystacks.set(number, (groups[number].textContent + " " + parts.join(" ")).toLowerCase());
    }
    return haystacks.get(number);
  }

  function words() { return search.value.trim().toLowerCase(); }

  function highlight(root) {
    for (const old of root.querySelectorAll("mark")) old.replaceWith(old.textContent);
    root.normalize();
    const wanted = words();
    if (wanted.length < 2) return;
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const hits = [];
    while (walker.nextNode() && hits.length < 500) {
      if (!walker.currentNode.parentElement.closest("svg") && walker.currentNode.data.toLowerCase().includes(wanted)) hits.push(walker.currentNode);
    }
    for (const hit of hits) {
      const rest = hit.splitText(hit.data.toLowerCase().indexOf(wanted));
      rest.splitText(Math.min(wanted.length, rest.data.length));
      rest.replaceWith(node("mark", {}, rest.data));
    }
  }

  function isShown(element) {
    const { verdict, risk } = element.dataset;
    const classes = element.dataset.class.split(" ");
    const risks = risk.split(" ");
    const wanted = words();
    return (!filters.verdict.size || filters.verdict.has(verdict))
      && (!filters.class.size || classes.some((each) => filters.class.has(each)))
      && (!filters.risk.size || risks.some((each) => filters.risk.has(each)))
      && (!wanted || haystack(Number(element.dataset.number)).includes(wanted));
  }

  function update() {
    let shown = 0;
    for (const element of groups) {
      element.hidden = !isShown(element);
      shown += !element.hidden;
      if (element.dataset.filled) highlight(element.querySelector(".body"));
    }
    const isFiltered = words() || Object.values(filters).some((each) => each.size);
    found.textContent = isFiltered ? `${shown} of ${groups.length}` : "";
  }

  function toggleAll() {
    const shown = groups.filter((each) => !each.hidden);
    const open = !shown.every((each) => each.open);
    for (const each of shown) each.open = open;
  }

  function move(step) {
    const shown = groups.filter((each) => !each.hidden);
    const at = shown.findIndex((each) => each.contains(document.activeElement));
    const next = shown[Math.max(0, Math.min(shown.length - 1, at + step))];
    if (next) next.querySelector("summary").focus();
  }

  function isDark() {
    const theme = document.documentElement.dataset.theme;
    return theme === "dark";
  }
  function setTheme(dark) { document.documentElement.dataset.theme = dark ? "dark" : "light"; }

  setTheme(window.matchMedia("(prefers-color-scheme: dark)").matches);
  document.getElementById("theme").addEventListener("click", () => setTheme(!isDark()));
  document.getElementById("open-all").addEventListener("click", toggleAll);
  for (const chip of document.querySelectorAll(".chip")) {
    chip.addEventListener("click", () => {
      const chosen = filters[chip.dataset.filter];
      const isOn = !chosen.delete(chip.dataset.value);
      if (isOn) chosen.add(chip.dataset.value);
      chip.setAttribute("aria-pressed", String(isOn));
      update();
    });
  }
  let waiting;
  search.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(update, 120); });
  for (const element of groups) element.addEventListener("toggle", () => element.open && fill(element));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target === search) {
      if (event.key === "Escape") { search.value = ""; search.blur(); update(); }
      return;
    }
    const act = { "/": () => search.focus(), j: () => move(1), k: () => move(-1), e: toggleAll, d: () => setTheme(!isDark()) }[event.key];
    if (act) { event.preventDefault(); act(); }
  });
  const first = groups.filter((each) => ["refused", "consent", "drifted"].includes(each.dataset.verdict));
  const opened = groups.length <= 3 ? groups : first.slice(0, 3);
  for (const element of opened) element.open = true;
})();
