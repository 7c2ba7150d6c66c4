package org.tflion.train.watch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** A page of a run's curves: HTML that needs no other file and no network. */
public final class RunReport {

  private static final String NAME = "report.html";
  private static final String METRICS = "metrics.jsonl";

  private static final String HEAD =
      """
      <!DOCTYPE html>
      <html lang="en"><head><meta charset="utf-8"><title>%1$s</title><style>
      body { font: 15px/1.5 sans-serif; max-width: 960px; margin: 2em auto; padding: 0 1em }
      table { border-collapse: collapse } td, th { padding: 2px 12px 2px 0; text-align: left }
      svg { width: 100%%; font-size: 12px; fill: #333 } .grid { stroke: #e4e4e4 }
      pre { background: #f6f6f6; padding: 1em; overflow-x: auto }
      </style></head><body>
      <h1>%1$s</h1>
      """;

  private RunReport() {}

  /** Whether a run has come so far that there are metrics to show. */
  static boolean isPossible(Path folder) {
    Path metrics = folder.resolve(METRICS);
    try {
      return Files.exists(metrics) && Files.size(metrics) > 0;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Writes the page into the folder of a run.
   *
   * @param folder with {@code metrics.jsonl} and {@code config.yaml}
   * @return the file
   * @throws IllegalArgumentException if no run is there or it has no metrics yet
   */
  public static Path write(Path folder) {
    MetricsHistory history = MetricsHistory.read(folder.resolve(METRICS));
    if (history.curve("loss", "").points().isEmpty()) {
      throw new IllegalArgumentException(
          "a report must have a step to show (got " + folder + ", whose metrics are empty)");
    }
    Path file = folder.resolve(NAME);
    try {
      String config = Files.readString(folder.resolve("config.yaml"));
      Path next = folder.resolve(NAME + ".next");
      Files.writeString(next, html(String.valueOf(folder.getFileName()), history, config));
      return Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String html(String name, MetricsHistory history, String config) {
    var html = new StringBuilder(HEAD.formatted(escaped(name)));
    summary(html, history);
    chart(html, "Loss", history.curve("loss", "training"), history.curve("val_loss", "validation"));
    for (String metric : history.metrics()) {
      chart(html, title(metric), history.curve("val_" + metric, "validation"));
    }
    chart(html, "Learning rate", history.curve("learning_rate", "learning rate"));
    chart(html, "Gradient norm, before clipping", history.curve("grad_norm", "gradient norm"));
    chart(html, "Throughput (tokens per second)", history.curve("tokens_per_second", "tokens/s"));
    chart(
        html,
        "Time of a step (ms)",
        history.curve("step_ms", "step"),
        history.curve("data_wait_ms", "of it, waiting for data"));
    chart(html, "Share of the machine's peak (MFU)", history.curve("mfu", "mfu"));
    chart(html, "Resident memory (bytes)", history.curve("memory_bytes", "memory"));
    html.append("<h2>Config</h2>\n<pre>").append(escaped(config)).append("</pre>\n");
    return html.append("</body></html>\n").toString();
  }

  private static String title(String name) {
    String words = name.replace('_', ' ');
    return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
  }

  private static void summary(StringBuilder html, MetricsHistory history) {
    html.append("<table>\n");
    row(html, "steps", "%,.0f", last(history, "step"));
    row(html, "tokens", "%,.0f", last(history, "tokens"));
    row(html, "last loss", "%.4f", last(history, "loss"));
    history.curve("val_loss", "").points().stream()
        .min(Comparator.comparingDouble(Curve.Point::y))
        .ifPresent(
            best -> {
              row(html, "best validation loss", "%.4f", best.y());
              row(html, "at step", "%,.0f", best.x());
            });
    for (String metric : history.metrics()) {
      row(html, "last " + metric.replace('_', ' '), "%.4f", last(history, "val_" + metric));
    }
    row(html, "tokens per second, median", "%,.0f", median(history.curve("tokens_per_second", "")));
    row(html, "updates left out", "%,.0f", last(history, "skipped"));
    html.append("</table>\n");
  }

  private static double last(MetricsHistory history, String key) {
    List<Curve.Point> points = history.curve(key, "").points();
    return points.isEmpty() ? 0 : points.get(points.size() - 1).y();
  }

  private static double median(Curve curve) {
    double[] sorted = curve.points().stream().mapToDouble(Curve.Point::y).sorted().toArray();
    return sorted.length == 0 ? 0 : sorted[sorted.length / 2];
  }

  private static void row(StringBuilder html, String name, String format, double value) {
    html.append("<tr><th>").append(name).append("<td>");
    html.append(String.format(Locale.ROOT, format, value)).append("</tr>\n");
  }

  private static void chart(StringBuilder html, String title, Curve... curves) {
    Chart chart = new Chart(title, List.of(curves));
    if (!chart.curves().isEmpty()) {
      html.append("<h2>").append(title).append("</h2>\n").append(chart.svg());
    }
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
