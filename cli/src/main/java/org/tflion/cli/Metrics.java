package org.tflion.cli;

import java.util.Locale;
import java.util.Map;

/** What a task measures besides its loss, as text. */
final class Metrics {

  private Metrics() {}

  /** Each name and value, with two spaces before it. */
  static String text(Map<String, Double> metrics) {
    var text = new StringBuilder();
    metrics.forEach(
        (name, value) -> text.append(String.format(Locale.ROOT, "  %s %.4f", name, value)));
    return text.toString();
  }
}
