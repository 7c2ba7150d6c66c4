package org.tflion.cli;

import org.tflion.cli.bench.ModelShape;
import org.tflion.cli.bench.StepBench;
import picocli.CommandLine.Option;

/** What kind of step is measured. */
final class BenchShapeOptions {

  @Option(
      names = "--layers",
      paramLabel = "N",
      description = "Blocks of the model (default: ${DEFAULT-VALUE}).",
      defaultValue = "4")
  private int layers;

  @Option(
      names = "--width",
      paramLabel = "N",
      description = "Its width (default: ${DEFAULT-VALUE}).",
      defaultValue = "128")
  private int width;

  @Option(
      names = "--heads",
      paramLabel = "N",
      description = "Its heads (default: ${DEFAULT-VALUE}).",
      defaultValue = "4")
  private int heads;

  @Option(
      names = "--context",
      paramLabel = "N",
      description = "Tokens of a row (default: ${DEFAULT-VALUE}).",
      defaultValue = "64")
  private int context;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Rows of a batch (default: ${DEFAULT-VALUE}).",
      defaultValue = "16")
  private int batch;

  @Option(
      names = "--precision",
      paramLabel = "TYPE",
      description = "Of matrix products: float32, bfloat16 (default: ${DEFAULT-VALUE}).",
      defaultValue = "float32")
  private String precision = "";

  @Option(
      names = "--jit",
      paramLabel = "WHAT",
      description =
          "What XLA compiles: off, update, blocks, step, auto (default: ${DEFAULT-VALUE}).",
      defaultValue = "auto")
  private String jit = "";

  @Option(names = "--recompute", description = "Compute blocks anew for the gradient.")
  private boolean recompute;

  @Option(
      names = "--replicas",
      paramLabel = "N",
      description =
          "Passes beside each other, each with its share of the rows; 0: what this machine does"
              + " faster (default: ${DEFAULT-VALUE}).",
      defaultValue = "0")
  private int replicas;

  /** The benchmark of that many steps. */
  StepBench bench(int steps) {
    ModelShape shape = new ModelShape(layers, width, heads, context, batch);
    return new StepBench(shape, precision, jit, recompute, replicas, steps);
  }
}
