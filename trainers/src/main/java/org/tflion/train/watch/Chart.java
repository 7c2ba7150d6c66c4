package org.tflion.train.watch;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Curves as an SVG element.
 *
 * @param title what the numbers are
 * @param curves at least one with a point
 * @param bands behind the curves, each in the colour of the curve of its place
 */
public record Chart(String title, List<Curve> curves, List<Band> bands) {

  private static final int WIDTH = 900;
  private static final int HEIGHT = 300;
  private static final int LEFT = 80;
  private static final int TOP = 30;
  private static final int BOTTOM = 30;
  private static final int MOST_POINTS = 2000;
  private static final String[] COLORS = {
    "#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e", "#17becf", "#8c564b", "#e377c2"
  };

  /** Numbers along one side, and where they lie in pixels. */
  private record Axis(double low, double high, int from, int to) {

    double at(double value) {
      return from + (value - low) / (high - low) * (to - from);
    }

    /** Five to ten round numbers: multiples of 1, 2 or 5 times a power of ten. */
    double[] ticks() {
      double power = Math.pow(10, Math.floor(Math.log10((high - low) / 5)));
      double step = power;
      for (double factor : new double[] {1, 2, 5, 10}) {
        if ((high - low) / (factor * power) <= 10) {
          step = factor * power;
          break;
        }
      }
      long first = (long) Math.ceil(low / step - 1e-9);
      long last = (long) Math.floor(high / step + 1e-9);
      double[] ticks = new double[(int) (last - first + 1)];
      for (int i = 0; i < ticks.length; i++) {
        ticks[i] = (first + i) * step;
      }
      return ticks;
    }
  }

  public Chart {
    curves = curves.stream().filter(curve -> !curve.points().isEmpty()).toList();
    bands = bands.stream().filter(band -> !band.low().isEmpty()).toList();
  }

  /** Curves alone. */
  public Chart(String title, List<Curve> curves) {
    this(title, curves, List.of());
  }

  /** The element; its grid has the class {@code grid}. */
  public String svg() {
    Axis x = axis(Curve.Point::x, LEFT, WIDTH - 10);
    Axis y = axis(Curve.Point::y, HEIGHT - BOTTOM, TOP);
    var svg = new StringBuilder();
    add(svg, "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">", WIDTH, HEIGHT, title);
    for (double tick : x.ticks()) {
      double at = x.at(tick);
      add(svg, "<path class=\"grid\" d=\"M%.1f %dV%d\"/>", at, TOP, HEIGHT - BOTTOM);
      add(
          svg,
          "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>",
          at,
          HEIGHT - 10,
          number(tick));
    }
    for (double tick : y.ticks()) {
      double at = y.at(tick);
      add(svg, "<path class=\"grid\" d=\"M%d %.1fH%d\"/>", LEFT, at, WIDTH - 10);
      add(
          svg,
          "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
          LEFT - 8,
          at + 4,
          number(tick));
    }
    for (int i = 0; i < bands.size(); i++) {
      addBand(svg, i, x, y);
    }
    for (int i = 0; i < curves.size(); i++) {
      addCurve(svg, i, x, y);
    }
    return svg.append("</svg>\n").toString();
  }

  private void addBand(StringBuilder svg, int index, Axis x, Axis y) {
    Band band = bands.get(index);
    List<Curve.Point> around = new ArrayList<>(band.low());
    for (int i = band.high().size() - 1; i >= 0; i--) {
      around.add(band.high().get(i));
    }
    String color = COLORS[index % COLORS.length];
    add(svg, "<path fill=\"%s\" fill-opacity=\"0.15\" d=\"", color);
    String command = "M";
    for (Curve.Point point : around) {
      add(svg, "%s%.1f %.1f", command, x.at(point.x()), y.at(point.y()));
      command = "L";
    }
    svg.append("Z\"/>");
  }

  private void addCurve(StringBuilder svg, int index, Axis x, Axis y) {
    Curve curve = curves.get(index);
    String color = COLORS[index % COLORS.length];
    String command = "M";
    add(svg, "<path fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\" d=\"", color);
    for (Curve.Point point : curve.thinned(MOST_POINTS).points()) {
      add(svg, "%s%.1f %.1f", command, x.at(point.x()), y.at(point.y()));
      command = "L";
    }
    svg.append("\"/>");
    if (curve.points().size() == 1) {
      Curve.Point only = curve.points().get(0);
      add(
          svg,
          "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>",
          x.at(only.x()),
          y.at(only.y()),
          color);
    }
    int at = LEFT + 10 + 140 * index;
    add(svg, "<text x=\"%d\" y=\"18\" fill=\"%s\">%s</text>\n", at, color, curve.name());
  }

  private Axis axis(ToDoubleFunction<Curve.Point> side, int from, int to) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    List<Curve.Point> all = new ArrayList<>();
    curves.forEach(curve -> all.addAll(curve.points()));
    bands.forEach(band -> all.addAll(band.low()));
    bands.forEach(band -> all.addAll(band.high()));
    for (Curve.Point point : all) {
      low = Math.min(low, side.applyAsDouble(point));
      high = Math.max(high, side.applyAsDouble(point));
    }
    // A level line needs room around it, and so does one that differs in its last bits.
    double room = Math.max(high - low, 1e-6 * Math.max(Math.abs(low), Math.abs(high)));
    room = room == 0 ? 1 : room;
    return room > high - low
        ? new Axis(low - room, high + room, from, to)
        : new Axis(low, high, from, to);
  }

  private static String number(double value) {
    double size = Math.abs(value);
    if (size != 0 && (size < 1e-3 || size >= 1e7)) {
      return String.format(Locale.ROOT, "%.2e", value).replaceAll("\\.?0+e", "e");
    }
    String text = String.format(Locale.ROOT, "%,.4f", value);
    return text.replaceAll("\\.?0+$", "");
  }

  private static void add(StringBuilder svg, String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values));
  }
}
