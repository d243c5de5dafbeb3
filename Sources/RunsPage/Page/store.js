// What the program sent: the list of runs, and the runs that the page shows.

import { Records } from "./records.js";

export class Store {
  constructor() {
    Object.assign(this, { runs: new Map(), sweeps: [], details: new Map(), all: new Map(), logs: new Map() });
    Object.assign(this, { isConnected: true, isComplete: false, hasList: false, version: 0 });
  }

  /** The answer of /api/run; null until it is there. */
  run(id) { return this.details.get(id) ?? null; }

  records(id) {
    if (!this.all.has(id)) this.all.set(id, new Records());
    return this.all.get(id);
  }

  /** The lines of the log's end. */
  log(id) { return this.logs.get(id)?.lines ?? []; }

  /** Takes an event of the stream. Returns the name of what changed. */
  receive(name, content) {
    const take = { open: () => this.open(), lost: () => this.lost(), runs: () => this.takeRuns(content), run: () => this.takeRun(content) };
    if (name === "records") this.records(content.id).receive(Number(content.from), content.records);
    else if (name === "log") this.takeLog(content);
    else take[name]();
    return name === "open" || name === "lost" ? "connection" : name;
  }

  open() {
    this.isConnected = true;
    this.unseen = new Set(this.runs.keys());
  }

  lost() { this.isConnected = false; }

  takeRuns({ runs = [], removed = [], sweeps, is_complete: isComplete, problem = null }) {
    this.problem = problem;
    for (const run of runs) {
      this.runs.set(run.id, run);
      this.unseen?.delete(run.id);
    }
    for (const id of removed) this.remove(id);
    if (sweeps) this.sweeps = sweeps;
    this.hasList = true;
    this.isComplete = isComplete ?? this.isComplete;
    // A new connection names all runs; those that it does not name were removed meanwhile.
    if (this.isComplete && this.unseen) {
      for (const id of this.unseen) this.remove(id);
      this.unseen = null;
    }
    this.version += 1;
  }

  takeRun(detail) {
    if (!detail?.run) return;
    this.details.set(detail.run.id, detail);
    this.runs.set(detail.run.id, detail.run);
    this.version += 1;
  }

  /** Replaces a run in the list, after a change by the page itself. */
  put(run) {
    this.runs.set(run.id, run);
    const detail = this.details.get(run.id);
    if (detail) this.details.set(run.id, { ...detail, run });
    this.version += 1;
  }

  takeLog({ id, from, lines }) {
    const known = this.logs.get(id);
    if (!known || from !== known.end) {
      this.logs.set(id, { lines, end: from + lines.length });
      return;
    }
    known.lines = [...known.lines, ...lines].slice(-2000);
    known.end += lines.length;
  }

  remove(id) {
    this.runs.delete(id);
    this.details.delete(id);
    this.version += 1;
  }

  /** Forgets the records and logs of runs that are not shown. */
  keep(ids) {
    for (const map of [this.all, this.logs]) {
      for (const id of map.keys()) if (!ids.includes(id)) map.delete(id);
    }
  }
}
