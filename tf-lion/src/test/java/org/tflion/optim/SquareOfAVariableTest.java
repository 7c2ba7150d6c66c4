package org.tflion.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TFloat32;

/**
 * A trap of TensorFlow Java: the gradient of {@code tf.math.square} of a reference variable ends
 * the JVM. Each case has a JVM of its own.
 */
class SquareOfAVariableTest {

  /** Takes the gradient of the sum of the squares of a variable. */
  static final class Program {

    private Program() {}

    /**
     * The program.
     *
     * @param arguments "bare" or "identity"
     */
    public static void main(String[] arguments) {
      try (Graph graph = new Graph()) {
        Ops tf = Ops.create(graph);
        graph.addGradients(squares(tf, arguments[0].equals("identity")), variables(graph));
      }
    }
  }

  private static Output<TFloat32> squares(Ops tf, boolean identity) {
    Ops init = tf.withInitScope();
    Variable<TFloat32> w = tf.withName("w").variable(init.constant(new float[] {1, 2}));
    Operand<TFloat32> read = identity ? tf.identity(w) : w;
    return tf.reduceSum(tf.withName("squares").math.square(read), tf.constant(0)).asOutput();
  }

  private static Output<?>[] variables(Graph graph) {
    return new Output<?>[] {graph.operationOrThrow("w").output(0)};
  }

  @Test
  void anIdentityCuresTheCrash(@TempDir Path folder) throws Exception {
    assertThat(exitCode("identity", folder)).isZero();
    assertThat(folder.resolve("crash")).doesNotExist();
  }

  /** If this fails, TensorFlow has mended it, and the refusal below can go. */
  @Test
  void withoutItTheJvmCrashes(@TempDir Path folder) throws Exception {
    assertThat(exitCode("bare", folder)).isNotZero();
    assertThat(folder.resolve("crash")).content().contains("SIGSEGV");
  }

  private static int exitCode(String argument, Path folder) throws Exception {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:ErrorFile=" + folder.resolve("crash"),
            "-XX:-CreateCoredumpOnCrash",
            "-Xshare:auto",
            "-cp",
            System.getProperty("java.class.path"),
            Program.class.getName(),
            argument)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("log").toFile())
        .start()
        .waitFor();
  }

  @Test
  void optimizersRefuseInsteadOfCrashing() {
    try (Graph graph = new Graph()) {
      Output<TFloat32> loss = squares(Ops.create(graph), false);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new Lion(graph, LionConfig.of(0.1)).minimize(loss))
          .withMessage(
              "Lion: 'squares' must not square a reference variable itself (got 'w'), of which"
                  + " TensorFlow's gradient crashes; square tf.identity of it");
    }
    try (Graph graph = new Graph()) {
      Output<TFloat32> loss = squares(Ops.create(graph), true);
      assertThat(new Lion(graph, LionConfig.of(0.1)).minimize(loss)).isNotNull();
    }
  }
}
