// The page: its views and the address of each.
//
// Address. After `#` stand the name of the view and its settings as a query: `#run?id=20261130-120000-gru&tab=time&step=40`.
// The address contains everything that a view shows, so a link brings exactly this view back. Views: `runs` (the list),
// `run`, `compare`, `sweep`, `bin`.
//
// View. A module in views exports a class: `new View(context)`. The constructor builds `view.element`, a DOM node that the
// page inserts. The page calls, if the view has them:
//   view.update()       the settings changed (back, forward, a link to the same view and run); not called for one's own set()
//   view.changed(name)  a new event arrived: "runs", "records", "log", "run" or "connection"; the data is in `context.store`
//   view.leave()        the view is removed: stop timers and workers; requests of `context.get` are cancelled by themselves
// When the language changes, the page removes the view and makes it again. Draw and time are tabs of a run: `draw.js`
// exports `Draw`, `time.js` exports `Time`, made by `new Draw(context)`, imported when the tab is opened.
//
// Context:
//   context.id            id of the run; for compare, null
//   context.settings      URLSearchParams of the address; read with context.settings.get("step")
//   context.set(changes)  changes settings and the address: {step: 40, image: null}, null removes one. No new history entry;
//                         set(changes, {push: true}) makes one. Calls no update()
//   context.href(view, settings)  the address of a view, for links: context.href("run", {id, tab: "time"})
//   context.store         what the server sent: store.runs (Map of id to Run), store.run(id) (answer of /api/run, or null),
//                         store.records(id) (Records, see records.js), store.log(id), store.isConnected
//   context.get(path, query, {signal})  Promise of the answer's JSON: context.get("/api/at", {id, step: 40}); an answer 202 is
//                         returned as {...json, isPartial: true}. Throws an Error with `message` in words and `status`
//                         (0: no connection); throws a DOMException "AbortError" when cancelled
//   context.post(path, body)  the same for changes
//   context.text(key, values)  text in the page's language, with {placeholders} filled. The keys of texts.json and
//                         texts-time.json are one table; a missing key is an error on the console
//   context.both({en, ko})  the text of a server's answer in the page's language
//   context.language      "en" or "ko"
//   context.h(name, attributes, ...children)  makes an element: h("button", {type: "button", class: "quiet", onclick: f}, "Stop").
//                         Functions are listeners, true and false set or leave out an attribute, null children are left out.
//                         Strings become text, never HTML. context.svg(…) the same for SVG
//   context.say(text)     says a short message to screen readers (aria-live) and shows it for some seconds
//   context.error(error)  an element that shows an error in words
// Classes of page.css for all views: .panel (a card), .row (controls beside each other, wraps), .field (label above control),
// .quiet, .scroll (wide tables and pictures), .spoken (for screen readers only), .badge, .figures, table.numbers, .buttons.
// Colours are the variables of page.css: --text, --quiet, --surface, --page, --line, --accent, --zero, --positive, --negative.
// The policy allows no style attributes in HTML; element.style.… in scripts is allowed.
