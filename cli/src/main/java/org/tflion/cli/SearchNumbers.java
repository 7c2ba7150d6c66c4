package org.tflion.cli;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How {@code search} shows a fitness, which a program that does not train has none of. */
final class SearchNumbers {

  private SearchNumbers() {}

  /** The fitness, or null for a program that does not train. */
  static @Nullable Double finite(double fitness) {
    return Double.isFinite(fitness) ? fitness : null;
  }

  static String text(@Nullable Double fitness) {
    return fitness == null ? "none" : String.format(Locale.ROOT, "%.4f", fitness);
  }
}
