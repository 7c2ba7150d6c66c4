package org.tflion.tpu.pjrt;

import java.nio.charset.StandardCharsets;

/**
 * One Lion update (Chen et al., 2023, algorithm 2) of a matrix as StableHLO text: rate 1e-4, betas
 * 0.9 and 0.99, decay 0.1; weights and momentum are donated.
 */
final class LionProgram {

  private LionProgram() {}

  /** Returns the update of a float32 matrix whose columns are cut over {@code devices} devices. */
  static Program of(int rows, int columns, int devices) {
    StringBuilder ids = new StringBuilder("0");
    for (int i = 1; i < devices; i++) {
      ids.append(',').append(i);
    }
    String sharding =
        devices == 1 ? "" : "mhlo.sharding = \"{devices=[1," + devices + "]" + ids + "}\"";
    String separator = sharding.isEmpty() ? "" : ", ";
    String text =
        TEXT.replace("SEPARATOR", separator)
            .replace("SHARDING", sharding)
            .replace("PARTITIONS", String.valueOf(devices))
            .replace("TYPE", "tensor<" + rows + "x" + columns + "xf32>");
    return new Program(Program.MLIR, text.getBytes(StandardCharsets.US_ASCII));
  }

  private static final String TEXT =
      """
      module @lion attributes {mhlo.num_partitions = PARTITIONS : i32,
                               mhlo.num_replicas = 1 : i32} {
        func.func public @main(
            %w: TYPE {tf.aliasing_output = 0 : i32SEPARATORSHARDING},
            %m: TYPE {tf.aliasing_output = 1 : i32SEPARATORSHARDING},
            %g: TYPE {SHARDING}) -> (TYPE {SHARDING}, TYPE {SHARDING}) {
          %b1 = stablehlo.constant dense<0.9> : TYPE
          %c1 = stablehlo.constant dense<0.1> : TYPE
          %b2 = stablehlo.constant dense<0.99> : TYPE
          %c2 = stablehlo.constant dense<0.01> : TYPE
          %lr = stablehlo.constant dense<1.0e-4> : TYPE
          %wd = stablehlo.constant dense<0.1> : TYPE
          %0 = stablehlo.multiply %b1, %m : TYPE
          %1 = stablehlo.multiply %c1, %g : TYPE
          %2 = stablehlo.add %0, %1 : TYPE
          %3 = stablehlo.sign %2 : TYPE
          %4 = stablehlo.multiply %wd, %w : TYPE
          %5 = stablehlo.add %3, %4 : TYPE
          %6 = stablehlo.multiply %lr, %5 : TYPE
          %7 = stablehlo.subtract %w, %6 : TYPE
          %8 = stablehlo.multiply %b2, %m : TYPE
          %9 = stablehlo.multiply %c2, %g : TYPE
          %10 = stablehlo.add %8, %9 : TYPE
          return %7, %10 : TYPE, TYPE
        }
      }
      """;
}
