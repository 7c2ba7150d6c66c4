package org.tflion.cli.search;

import java.awt.BasicStroke;
import java.awt.Color;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.List;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Curves as pictures inside a page. */
final class Charts {

  private static final int WIDTH = 900;
  private static final int HEIGHT = 360;
  private static final Color[] COLORS = {
    new Color(0x1f, 0x77, 0xb4), new Color(0xd6, 0x27, 0x28),
    new Color(0x2c, 0xa0, 0x2c), new Color(0x7f, 0x7f, 0x7f)
  };

  private Charts() {}

  /**
   * One curve.
   *
   * @param name in the legend
   * @param x positions, ascending
   * @param y values, as many
   */
  record Curve(String name, List<Double> x, List<Double> y) {

    /** A level from the first position to the last. */
    static Curve level(String name, double from, double to, double value) {
      return new Curve(name, List.of(from, to), List.of(value, value));
    }
  }

  /** An image element; curves without points are left out. */
  static String image(String x, String y, List<Curve> curves) {
    // Pictures are made without a screen.
    System.setProperty("java.awt.headless", "true");
    XYChart chart =
        new XYChartBuilder().width(WIDTH).height(HEIGHT).xAxisTitle(x).yAxisTitle(y).build();
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE);
    for (int i = 0; i < curves.size(); i++) {
      Curve curve = curves.get(i);
      if (!curve.x().isEmpty()) {
        XYSeries series = chart.addSeries(curve.name(), curve.x(), curve.y());
        series.setMarker(SeriesMarkers.NONE);
        series.setLineColor(COLORS[i % COLORS.length]);
        series.setLineStyle(new BasicStroke(2));
      }
    }
    try {
      byte[] png = ChartEncoder.getBytes(chart, "png");
      return "<img alt=\"%s over %s\" width=\"%d\" src=\"data:image/png;base64,%s\">\n"
          .formatted(y, x, WIDTH, Base64.getEncoder().encodeToString(png));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
