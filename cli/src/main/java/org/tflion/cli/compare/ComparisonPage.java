package org.tflion.cli.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.tflion.train.config.TrainConfigs;
import org.tflion.train.watch.Band;
import org.tflion.train.watch.Chart;
import org.tflion.train.watch.Curve;

/**
 * The page of a comparison: HTML that needs no other file.
 *
 * @param summary the table
 * @param trained the curves
 */
record ComparisonPage(Summary summary, List<Trained> trained) {

  private static final String HEAD =
      """
      <!DOCTYPE html>
      <html lang="en"><head><meta charset="utf-8"><title>tflion compare</title><style>
      body { font: 15px/1.5 sans-serif; max-width: 960px; margin: 2em auto; padding: 0 1em }
      table { border-collapse: collapse } td, th { padding: 2px 12px 2px 0; text-align: left }
      svg { width: 100%; font-size: 12px; fill: #333 } .grid { stroke: #e4e4e4 }
      pre { background: #f6f6f6; padding: 1em; overflow-x: auto }
      </style></head><body>
      """;

  private static final List<String> COLUMNS =
      List.of(
          "optimizer",
          "rate",
          "decay",
          "validation loss",
          "ms per step",
          "state, bytes per parameter",
          "peak memory, MB",
          "steps to the common loss");

  String html() {
    StringBuilder html = new StringBuilder(HEAD);
    html.append(
        String.format(
            Locale.ROOT,
            "<h1>%,d parameters, %,d steps, %d seeds</h1>%n<p>%s</p>%n",
            summary.parameters(),
            summary.steps(),
            summary.seeds(),
            "Means, and the least and the most of the seeds. Trainings of one seed begin with the"
                + " same weights and see the same batches."));
    table(html);
    chart(html, "Training loss", trained.stream().map(Trained::loss).toList());
    chart(html, "Validation loss", trained.stream().map(Trained::valLoss).toList());
    html.append("<h2>Configs</h2>\n");
    for (Summary.Result result : summary.results()) {
      Part part = Summary.of(trained, result.optimizer()).get(0).part();
      html.append("<pre>").append(escaped(TrainConfigs.write(part.config()))).append("</pre>\n");
    }
    return html.append("</body></html>\n").toString();
  }

  private void table(StringBuilder html) {
    html.append("<table>\n<tr><th>").append(String.join("<th>", COLUMNS)).append("</tr>\n");
    for (Summary.Result result : summary.results()) {
      Long memory = result.peakRssBytes();
      List<String> cells =
          List.of(
              result.optimizer(),
              String.format(Locale.ROOT, "%.3g", result.learningRate()),
              String.format(Locale.ROOT, "%.3g", result.weightDecay()),
              spread("%.4f", result.valLoss()),
              spread("%.1f", result.stepMs()),
              String.format(Locale.ROOT, "%.2f", result.slotBytesPerParam()),
              memory == null ? "unknown" : String.format(Locale.ROOT, "%,d", memory / 1_000_000),
              spread("%.0f", result.stepsToCommonLoss()));
      html.append("<tr><td>").append(String.join("<td>", cells)).append("</tr>\n");
    }
    html.append("</table>\n");
    html.append(
        String.format(
            Locale.ROOT,
            "<p>The common loss, %.4f, is the lowest validation loss that all of them"
                + " reached.</p>%n",
            summary.commonLoss()));
  }

  private static String spread(String format, Summary.Spread spread) {
    String all = format + " (" + format + " to " + format + ")";
    return String.format(Locale.ROOT, all, spread.mean(), spread.min(), spread.max());
  }

  /** One curve for each optimizer, the mean of its seeds, in the band of their spread. */
  private void chart(StringBuilder html, String title, List<Curve> curves) {
    List<Curve> means = new ArrayList<>();
    List<Band> bands = new ArrayList<>();
    int next = 0;
    for (Summary.Result result : summary.results()) {
      List<Curve> seeds = curves.subList(next, next + summary.seeds());
      next += summary.seeds();
      Band band = Band.of(seeds);
      bands.add(band);
      means.add(mean(result.optimizer(), seeds));
    }
    if (means.stream().anyMatch(curve -> !curve.points().isEmpty())) {
      html.append("<h2>").append(title).append(" (nats per token)</h2>\n");
      html.append(new Chart(title, means, bands).svg());
    }
  }

  private static Curve mean(String name, List<Curve> seeds) {
    TreeMap<Double, List<Double>> byStep = new TreeMap<>();
    for (Curve seed : seeds) {
      for (Curve.Point point : seed.points()) {
        byStep.computeIfAbsent(point.x(), step -> new ArrayList<>()).add(point.y());
      }
    }
    List<Curve.Point> points = new ArrayList<>();
    byStep.forEach(
        (step, values) -> {
          if (values.size() == seeds.size()) {
            double sum = values.stream().mapToDouble(Double::doubleValue).sum();
            points.add(new Curve.Point(step, sum / values.size()));
          }
        });
    return new Curve(name, points);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
