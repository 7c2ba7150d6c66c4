package org.tflion.cli.plan;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.tflion.cli.bench.ResidentMemory;
import org.tflion.train.config.TrainConfig;
import org.tflion.train.config.TrainConfigs;
import org.tflion.train.data.Batch;
import org.tflion.train.data.TextRows;
import org.tflion.train.data.tokenizer.ByteTokenizer;
import org.tflion.train.plan.Workload;
import org.tflion.train.step.TrainStep;

/**
 * Trains a few steps in a process of its own, whose memory nothing else takes part in.
 *
 * <p>The batches are noise: what they say makes no difference to bytes and seconds.
 */
public final class MeasuredSteps {

  /** Before what is measured, so that TensorFlow's own words are told apart. */
  private static final String MARK = "measured ";

  private static final long SEED = 1;

  private MeasuredSteps() {}

  /** Whether a line has what was measured. */
  static boolean isResult(String line) {
    return line.startsWith(MARK);
  }

  /** Bytes at the peak and seconds of the last step, separated by a blank. */
  static String result(String line) {
    return line.substring(MARK.length());
  }

  /** Takes the number of steps and the settings of a config. */
  public static void main(String[] arguments) {
    List<String> settings = Arrays.asList(arguments).subList(1, arguments.length);
    TrainConfig config = TrainConfigs.read(null, settings);
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    List<Double> seconds = new ArrayList<>();
    Workload work = Planned.of(config);
    try (TrainStep step = new TrainStep(work.model(), work.step(), work.batch(), SEED)) {
      Batch batch = batch(work);
      for (int i = 0; i < Integer.parseInt(arguments[0]); i++) {
        long began = System.nanoTime();
        step.run(batch);
        seconds.add((System.nanoTime() - began) / 1e9);
      }
    }
    out.println(
        MARK + ResidentMemory.mostBytes().orElseThrow() + " " + seconds.get(seconds.size() - 1));
    out.flush();
    Runtime.getRuntime().halt(0);
  }

  private static Batch batch(Workload work) {
    TextRows rows = new TextRows(work.batch().rows(), work.tokensOfRow() + 1);
    long size = (long) rows.size() * rows.length();
    int[] tokens = new Random(SEED).ints(size, 0, ByteTokenizer.VOCABULARY).toArray();
    return rows.batch(tokens, null);
  }
}
