// The runs of the list: which are shown, in which order, and which of their options differ.

/** The values by which runs are sorted, with the direction that is first. */
export const SORTS = {
  name: { value: (run) => run.title ?? run.name }, state: { value: (run) => run.state }, best: { value: (run) => run.best, isDown: true },
  test: { value: (run) => run.test, isDown: true }, epochs: { value: (run) => run.epochs, isDown: true },
  seconds: { value: (run) => run.seconds, isDown: true }, started: { value: (run) => Date.parse(run.started ?? ""), isDown: true },
};
export const STATES = ["running", "finished", "stopped", "failed", "damaged"];

/** Returns whether a run is found by each of the words: in its name, tags, note or program, or by an option "cell=gru". */
function isFound(run, words) {
  const texts = [run.name, run.title, run.program, run.note, ...(run.tags ?? [])].join("\n").toLowerCase();
  return words.every((word) => {
    const [, key, value] = /^([^=]+)=(.*)$/.exec(word) ?? [];
    if (key === undefined) return texts.includes(word);
    const found = Object.entries(run.options ?? {}).find(([name]) => name.toLowerCase().replaceAll("_", "-") === key.replaceAll("_", "-"));
    return found ? String(found[1]).toLowerCase().startsWith(value) : texts.includes(word);
  });
}

/** The runs that settings of the address choose, sorted; pinned runs first. */
export function chosen(runs, settings) {
  const words = (settings.get("q") ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  const [state, program, isHidden] = [settings.get("state"), settings.get("program"), settings.has("hidden")];
  const found = [...runs].filter((run) =>
    (!state || run.state === state) && (!program || run.program === program) && (isHidden || !run.is_hidden) && isFound(run, words));
  const { value, isDown } = order(settings);
  const keys = new Map(found.map((run) => [run, value(run)]));
  return found.sort((one, other) =>
    Boolean(other.is_pinned) - Boolean(one.is_pinned) || compared(keys.get(one), keys.get(other), isDown)
      || (one.id < other.id ? 1 : -1));
}

/** The value that sorts, and its direction: "-best", "option:cell". */
export function order(settings) {
  const text = settings.get("sort") ?? "-started";
  const [isDown, key] = [text.startsWith("-"), text.replace(/^-/, "")];
  if (key.startsWith("option:")) return { key, isDown, value: (run) => run.options?.[key.slice(7)] };
  return Object.hasOwn(SORTS, key) ? { key, isDown, value: SORTS[key].value } : { key: "started", isDown: true, value: SORTS.started.value };
}

/** "run-2" is before "run-10". Made once: a comparison with its own rules takes 100 times as long. */
const TEXTS = new Intl.Collator("en", { numeric: true });

/** Missing values are last in both directions. */
function compared(one, other, isDown) {
  const [lacks, otherLacks] = [one, other].map((value) => value === null || value === undefined || Number.isNaN(value));
  if (lacks || otherLacks) return lacks - otherLacks;
  const sign = isDown ? -1 : 1;
  if (typeof one === "number" && typeof other === "number") return sign * (one - other);
  return sign * TEXTS.compare(String(one), String(other));
}

/** The names of the options that are not the same in all runs. */
export function differingOptions(runs) {
  const values = new Map();
  for (const run of runs) {
    for (const [name, value] of Object.entries(run.options ?? {})) {
      if (!values.has(name)) values.set(name, { count: 0, all: new Set() });
      const entry = values.get(name);
      entry.count += 1;
      entry.all.add(JSON.stringify(value));
    }
  }
  return [...values].filter(([, { count, all }]) => all.size > 1 || count < runs.length).map(([name]) => name).sort();
}

/** "hidden-size": the name of an option on the command line, without dashes. */
export function optionName(name) { return name.replaceAll("_", "-"); }
