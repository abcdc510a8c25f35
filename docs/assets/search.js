/* The search box: Pagefind's index in the place, with the keys and in the look of the theme's search. */
(function () {
  "use strict";

  /** Wrap what begins with one of the words in <mark>. */
  function mark(root, words) {
    const found = words.filter(Boolean).sort(function (a, b) { return b.length - a.length; }).map(function (word) {
      const literal = word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
      return /^\p{Script=Han}/u.test(word) ? literal : "(?<![\\p{L}\\p{N}])" + literal;
    });
    if (!found.length) return;
    const pattern = new RegExp(found.join("|"), "giu"), texts = [];
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      if (!walker.currentNode.parentElement.closest("script, style, svg, math, mark, .headerlink, .sf-player")) texts.push(walker.currentNode);
    }
    texts.forEach(function (text) {
      const parts = [];
      let end = 0;
      for (const match of text.data.matchAll(pattern)) {
        const marked = document.createElement("mark");
        marked.textContent = match[0];
        parts.push(text.data.slice(end, match.index), marked);
        end = match.index + match[0].length;
      }
      if (parts.length) text.replaceWith(...parts, text.data.slice(end));
    });
  }

  // a hit's link says which words it was found by
  const article = document.querySelector("article");
  if (article) mark(article, new URLSearchParams(location.search).getAll("h"));

  const box = document.querySelector(".md-search");
  if (!box) return;
  const toggle = document.getElementById("__search"), form = box.querySelector("form"), field = form.querySelector("input");
  const said = box.querySelector("[role=status]"), list = box.querySelector("ol");
  const config = JSON.parse(document.getElementById("__config").textContent), says = config.translations;
  const base = new URL(config.base.replace(/\/?$/, "/"), location), language = document.documentElement.lang;

  let engine; // nothing is fetched before somebody searches
  function load() {
    engine = engine || import(new URL("pagefind/pagefind.js", base)).then(function (pagefind) {
      return pagefind.createInstance({
        excerptLength: 24,
        noWorker: true, // a search takes milliseconds, and the worker is everything once more
        ranking: { metaWeights: { title: 5, tails: 5, page: 1, names: 0 } },
      });
    });
    engine.catch(function () { engine = undefined; }); // the next search tries again
    return engine;
  }

  // a Korean noun carries its particle: who types 변화도를 looks for 변화도, which finds 변화도는 too
  const PARTICLE = /(?<=[가-힣a-z0-9)]{2})(?:에서는|으로는|에서|으로|부터|까지|이란|란|은|는|이|가|을|를|의|에|로|와|과|도|만)$/i;

  function stem(word) { return word.replace(PARTICLE, ""); }

  let segmenter; // made when somebody searches: it takes as long as all the rest of this file

  function words(text) {
    if (!Intl.Segmenter) return text.split(/\s+/).filter(Boolean);
    segmenter = segmenter || new Intl.Segmenter(language, { granularity: "word" });
    return Array.from(segmenter.segment(text))
      .filter(function (part) { return part.isWordLike; }).map(function (part) { return part.segment; });
  }

  function squeezed(text) { return text.normalize("NFKC").toLowerCase().replace(/[^\p{L}\p{N}]/gu, ""); }

  function larger(before, score) { return Math.max(before, score); }

  /** The sections that answer a query, best first, as Pagefind has them. */
  async function ask(query) {
    const pagefind = await load(), found = new Map();
    async function add(text, weigh, options) {
      const results = (await pagefind.search(text, options)).results;
      for (const result of results) {
        const known = found.get(result.id) || { score: 0, found: -1 };
        known.score = weigh(known.score, result.score, results.length);
        if (result.score > known.found) { known.found = result.score; known.data = result.data; } // its words are marked
        found.set(result.id, known);
      }
    }
    const bare = query.split(/\s+/).map(stem).join(" ");
    await add(query, larger);
    if (bare !== query) await add(bare, larger);
    const each = words(bare);
    if (each.length > 1) { // a question has words that its answer lacks; the rarer a word, the more it says
      for (const word of each) await add(word, function (before, score, sections) { return before + score / (1 + sections / 20); });
    }
    // what bears this very name goes before what only speaks of it, and a function before a heading
    const call = /\(\)\s*$/.test(query) ? [squeezed(query) + "()"] : [];
    for (const name of new Set([squeezed(query), stem(squeezed(query)), ...call])) {
      await add(name, function (before) { return 50 + 10 * before; }, { filters: { name: name } });
    }
    return Array.from(found.values()).sort(function (a, b) { return b.score - a.score; });
  }

  // for a word that nobody uses Pagefind takes the longest beginning that somebody does: x for xylophone
  function near(asked, word) {
    let same = 0;
    while (same < asked.length && asked[same] === word[same]) same++;
    return 2 * same >= asked.length;
  }

  /** What a query finds: pages, best first, each as its sections, best first. */
  async function find(query) {
    const best = (await ask(query)).slice(0, 24);
    const asked = words(query.toLowerCase()).concat(squeezed(query));
    const sections = await Promise.all(best.map(async function (section) {
      const data = await section.data(), kept = data.filters;
      const marked = (data.excerpt.match(/<mark>.*?<\/mark>/g) || []).join(" ").replace(/<\/?mark>/g, "");
      const said = words([marked, data.meta.title, data.meta.page, data.meta.names].join(" ").toLowerCase());
      if (!asked.some(function (word) { return said.some(function (other) { return near(word, other); }); })) return [];
      return { url: kept.url[0], page: data.meta.page, title: data.meta.title, excerpt: data.excerpt, score: section.score * kept.weight[0] };
    }));
    const pages = new Map();
    sections.flat().sort(function (a, b) { return b.score - a.score; }).forEach(function (section) {
      const page = section.url.split("#")[0];
      pages.set(page, (pages.get(page) || []).concat(section));
    });
    return Array.from(pages.values());
  }

  function element(name, style, parent) {
    const made = document.createElement(name);
    made.className = style;
    if (parent) parent.append(made);
    return made;
  }

  function link(section, query, isHit) {
    const made = element("a", "md-search-result__link"), text = element("div", "md-search-result__article md-typeset", made);
    if (isHit) {
      element("div", "md-search-result__icon md-icon", text);
      element("div", "sf-hit-page", text).textContent = section.page || section.title;
      made.dataset.searchHit = "";
    }
    if (section.page || !isHit) element("div", "sf-hit-section", text).textContent = section.title;
    mark(text, words(query));
    const excerpt = element("p", "", text);
    excerpt.innerHTML = section.excerpt.replace(/^[\s.,;:。，、；：]+/, ""); // its text is escaped, and its only tags are <mark>
    const whole = excerpt.textContent.toLowerCase().includes(query.toLowerCase());
    const asked = words(query).flatMap(function (word) { return [word, stem(word)]; });
    const marked = Array.from(excerpt.querySelectorAll("mark"), function (each) {
      const word = each.textContent.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "");
      return asked.find(function (part) { return word.toLowerCase().startsWith(part.toLowerCase()); }) || word;
    });
    const url = new URL(section.url, base);
    for (const word of new Set(whole ? [query] : marked.length ? marked : asked)) url.searchParams.append("h", word);
    made.href = url;
    return made;
  }

  function say(count, one, other) { return count === 1 ? says[one] : says[other].replace("#", count); }

  function show(pages, query) {
    list.replaceChildren(...pages.map(function (sections) {
      const item = element("li", "md-search-result__item"), more = sections.length - 1;
      item.append(link(sections[0], query, true));
      if (more) {
        const others = element("details", "md-search-result__more", item), summary = element("summary", "", others);
        element("div", "", summary).textContent = say(more, "search.result.more.one", "search.result.more.other");
        others.append(...sections.slice(1).map(function (section) { return link(section, query, false); }));
      }
      return item;
    }));
    said.textContent = pages.length ? say(pages.length, "search.result.one", "search.result.other") : says["search.result.none"];
  }

  let last, timer; // the latest search: an earlier one that ends later shows nothing
  function search() {
    clearTimeout(timer);
    const query = field.value.trim();
    const mine = last = query ? find(query) : Promise.resolve(null);
    return mine.then(function (pages) {
      if (mine !== last) return;
      if (pages) show(pages, query);
      else { list.replaceChildren(); said.textContent = says["search.result.placeholder"]; }
    }, function () {
      if (mine === last) said.textContent = box.dataset.failed;
    });
  }

  function open(wanted) { if (toggle.checked !== wanted) toggle.click(); } // the theme listens too

  field.addEventListener("focus", function () { open(true); load().catch(search); });
  field.addEventListener("input", function () { // typed, pasted, spoken or composed
    clearTimeout(timer);
    timer = setTimeout(search, 100); // most readers' next key comes sooner: the parts of words load nothing
  });
  toggle.addEventListener("change", function () { if (toggle.checked) field.focus(); else if (box.contains(document.activeElement)) document.activeElement.blur(); });
  form.addEventListener("reset", function () { setTimeout(search); field.focus(); });
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    const query = field.value;
    search().then(function () { // what Enter opens is what the query finds, and nothing from before
      const first = list.querySelector("[data-search-hit]");
      if (first && query === field.value) first.click();
    });
  });
  list.addEventListener("click", function (event) { if (event.target.closest("a")) open(false); });
  box.addEventListener("focusout", function (event) {
    if (event.relatedTarget && !box.contains(event.relatedTarget)) open(false);
  });
  box.addEventListener("keydown", function (event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") { open(false); field.blur(); }
    if (!step || event.isComposing) return;
    event.preventDefault();
    const stops = [field, ...list.querySelectorAll(":not(details) > a, summary, details[open] a")];
    stops[Math.max(0, Math.min(stops.length - 1, stops.indexOf(document.activeElement) + step))].focus();
  });
  addEventListener("keydown", function (event) {
    const typing = event.target.closest && event.target.closest("input:not([type=range], [type=checkbox]), textarea, select, [contenteditable]");
    if (typing || event.metaKey || event.ctrlKey || event.altKey || !/^[/fs]$/.test(event.key)) return;
    event.preventDefault();
    field.focus();
    field.select();
  });

  said.textContent = says["search.result.placeholder"];
  box.sinfit = { find: find }; // for the tests, which ask a thousand queries
})();
