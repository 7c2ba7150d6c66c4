package org.tflion.tpu.compile;

import java.util.Locale;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A plugin could not compile a program; the message is the plugin's own text. */
public final class CompileException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /**
   * As in "Ran out of memory in memory space hbm. Used 120.53G of 95.74G hbm.", or in "the total
   * memory required for HLO temporaries (1.35T) exceeds available HBM (95.74G)".
   */
  private static final Pattern USED =
      Pattern.compile(
          "(?:[Uu]sed |temporaries \\()(\\d+(?:\\.\\d+)?)([KMGT]?)i?B?(?: of \\S+ hbm|\\) exceeds)");

  private final boolean memory;

  /**
   * Makes the failure of a plugin one of a compiler.
   *
   * @param memory whether the program needs more memory than a device has
   */
  public CompileException(String message, boolean memory, Throwable cause) {
    super(message, cause);
    this.memory = memory;
  }

  /** Returns whether the program needs more memory than a device has. */
  public boolean lacksMemory() {
    return memory;
  }

  /** Returns the bytes that it would need, where the plugin says so. */
  public OptionalDouble neededBytes() {
    Matcher used = USED.matcher(String.valueOf(getMessage()));
    if (!memory || !used.find()) {
      return OptionalDouble.empty();
    }
    int thousands = "KMGT".indexOf(used.group(2).toUpperCase(Locale.ROOT)) + 1;
    double unit = used.group(2).isEmpty() ? 1 : Math.pow(1024, thousands);
    return OptionalDouble.of(Double.parseDouble(used.group(1)) * unit);
  }
}
