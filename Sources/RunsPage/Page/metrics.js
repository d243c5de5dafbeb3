// The metrics of a run, as the program describes them.

/** The title of a metric with its unit. */
export function titleOf(context, metric) {
  const title = context.both(metric.title) || metric.name;
  const unit = context.both(metric.unit);
  return unit ? `${title} (${unit})` : title;
}
