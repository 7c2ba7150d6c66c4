package org.tflion.cli.search;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.tflion.discovery.funnel.MetaCurve;
import org.tflion.discovery.funnel.Scored;
import org.tflion.discovery.funnel.Stage;
import org.tflion.discovery.search.LogEntry;
import org.tflion.discovery.simplify.Step;
import org.tflion.train.watch.Chart;
import org.tflion.train.watch.Curve;

/** The page of a report: HTML that needs no other file. */
final class ReportPage {

  private static final double PAPER_HIT_RATE = 89.1;
  private static final double PAPER_REDUNDANT = 69.8;

  private static final String HEAD =
      """
      <!DOCTYPE html>
      <html lang="en"><head><meta charset="utf-8"><title>tflion search</title><style>
      body { font: 15px/1.5 sans-serif; max-width: 960px; margin: 2em auto; padding: 0 1em }
      table { border-collapse: collapse } td, th { padding: 2px 10px; text-align: left;
      border-bottom: 1px solid #ddd; vertical-align: top } pre { margin: 0; font-size: 13px }
      svg { width: 100% } .grid { stroke: #ddd } text { font: 11px sans-serif } ins { background: #dfd } del { background: #fdd }
      </style></head><body>
      """;

  private final SearchReport.Content content;
  private final StringBuilder html = new StringBuilder(HEAD);

  private ReportPage(SearchReport.Content content) {
    this.content = content;
  }

  /** The whole page. */
  static String html(SearchReport.Content content) {
    ReportPage page = new ReportPage(content);
    page.summary();
    page.curves();
    page.meta();
    page.funnel();
    page.program("Selected program", content.selected().toString());
    page.simplification();
    page.program("Best program on the task of the search", content.history().best().text());
    page.ancestry();
    return page.html.append("</body></html>\n").toString();
  }

  private void summary() {
    SearchSettings settings = content.settings();
    LogEntry best = content.history().best();
    heading("Search by " + settings.strategy() + " on " + settings.task());
    html.append("<table>\n");
    row("seed", Long.toString(settings.seed()));
    row("task", settings.task() + ", scale " + settings.scale());
    row("data", settings.data() == null ? "those that come with tflion" : settings.data());
    row("evaluations", String.format(Locale.ROOT, "%,d", content.history().evaluations()));
    row("first program", number(first()));
    row("best program", number(best.score()) + ", number " + best.program());
    if (!content.progress().isEmpty()) {
      ProgressPoint last = content.progress().get(content.progress().size() - 1);
      row("programs", String.format(Locale.ROOT, "%,d", last.programs()));
      row(
          "cache hit rate",
          percent(100 * last.cacheHitRate()) + " (paper: " + percent(PAPER_HIT_RATE) + ")");
      row(
          "redundant statements",
          percent(100 * last.redundantShare()) + " (paper: " + percent(PAPER_REDUNDANT) + ")");
      row("seconds", String.format(Locale.ROOT, "%,.0f", last.seconds()));
    }
    html.append("</table>\n");
  }

  private double first() {
    return content.history().improvements().get(0).score();
  }

  private void curves() {
    List<Curve.Point> best = new ArrayList<>();
    List<Curve.Point> hits = new ArrayList<>();
    List<Curve.Point> redundant = new ArrayList<>();
    for (ProgressPoint point : content.progress()) {
      Double fitness = point.bestFitness();
      if (fitness != null) {
        best.add(new Curve.Point(point.programs(), fitness));
        hits.add(new Curve.Point(point.programs(), 100 * point.cacheHitRate()));
        redundant.add(new Curve.Point(point.programs(), 100 * point.redundantShare()));
      }
    }
    if (best.isEmpty()) {
      return;
    }
    double end = best.get(best.size() - 1).x();
    chart("Fitness over programs", new Curve("best so far", best), level("first", end, first()));
    chart(
        "Cache hit rate, % of programs",
        new Curve("here", hits), level("paper", end, PAPER_HIT_RATE));
    chart(
        "Redundant statements, % of the population's",
        new Curve("here", redundant), level("paper", end, PAPER_REDUNDANT));
  }

  private static Curve level(String name, double end, double value) {
    return new Curve(name, List.of(new Curve.Point(0, value), new Curve.Point(end, value)));
  }

  private void meta() {
    List<Curve.Point> points = new ArrayList<>();
    for (MetaCurve.Point point : content.curve().points()) {
      if (Double.isFinite(point.metaFitness())) {
        points.add(new Curve.Point(point.program(), point.metaFitness()));
      }
    }
    if (!points.isEmpty()) {
      chart("Fitness of the best so far on the larger task", new Curve("larger task", points));
    }
    html.append(
        String.format(
            Locale.ROOT,
            "<p>Highest at program %d, after %.0f %% of the search; past that point the search"
                + " overfits its task.</p>%n",
            content.curve().selected().program(),
            100 * content.curve().turningPoint()));
  }

  private void chart(String title, Curve... curves) {
    heading(title);
    html.append(new Chart(title, List.of(curves)).svg());
  }

  private void funnel() {
    heading("Funnel");
    html.append("<table><tr><th>task<th>baseline<th>entrants<th>survivors<th>best</tr>\n");
    for (Stage stage : content.stages()) {
      List<Scored> entrants = stage.entrants();
      html.append(
          String.format(
              Locale.ROOT,
              "<tr><td>%s<td>%s<td>%d<td>%d<td>%s</tr>%n",
              escaped(stage.task()),
              number(stage.baseline()),
              entrants.size(),
              stage.survivors().size(),
              number(entrants.get(0).fitness())));
    }
    html.append("</table>\n");
  }

  private void simplification() {
    heading("Simplification of the selected program");
    html.append("<table><tr><th>change<th>statements<th>fitness<th>program</tr>\n");
    for (Step step : content.path().steps()) {
      html.append(
          String.format(
              Locale.ROOT,
              "<tr><td>%s<td>%d<td>%s<td><details><summary>show</summary><pre>%s</pre></details>"
                  + "</tr>%n",
              escaped(step.change()),
              step.program().size(),
              number(step.fitness()),
              escaped(step.program().toString())));
    }
    html.append("</table>\n");
    program("Simple program", content.path().last().program().toString());
  }

  private void ancestry() {
    heading("Ancestry of the best program");
    html.append("<table><tr><th>program<th>fitness<th>what changed</tr>\n");
    String before = "";
    for (LogEntry entry : content.history().ancestry()) {
      html.append(
          String.format(
              Locale.ROOT,
              "<tr><td>%d<td>%s<td><pre>%s</pre></tr>%n",
              entry.program(),
              number(entry.score()),
              before.isEmpty() ? escaped(entry.text()) : changes(before, entry.text())));
      before = entry.text();
    }
    html.append("</table>\n");
  }

  /** The lines that only one of two programs has. */
  private static String changes(String before, String after) {
    List<String> lost = new ArrayList<>(Arrays.asList(before.split("\n", -1)));
    List<String> fresh = new ArrayList<>();
    for (String line : after.split("\n", -1)) {
      if (!lost.remove(line)) {
        fresh.add(line);
      }
    }
    var text = new StringBuilder();
    lost.forEach(line -> text.append("<del>").append(escaped(line.strip())).append("</del>\n"));
    fresh.forEach(line -> text.append("<ins>").append(escaped(line.strip())).append("</ins>\n"));
    return text.isEmpty() ? "another order" : text.toString();
  }

  private void program(String title, String text) {
    heading(title);
    html.append("<pre>").append(escaped(text)).append("</pre>\n");
  }

  private void heading(String text) {
    html.append("<h2>").append(escaped(text)).append("</h2>\n");
  }

  private void row(String name, String value) {
    html.append("<tr><th>").append(escaped(name)).append("<td>").append(escaped(value));
    html.append("</tr>\n");
  }

  private static String number(double fitness) {
    return Double.isFinite(fitness) ? String.format(Locale.ROOT, "%.4f", fitness) : "none";
  }

  private static String percent(double value) {
    return String.format(Locale.ROOT, "%.1f %%", value);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
