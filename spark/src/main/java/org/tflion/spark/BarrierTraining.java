package org.tflion.spark;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.tflion.Require;
import scala.reflect.ClassTag$;

/**
 * Trains over the executors of a Spark cluster. Spark places the tasks of a barrier stage, starts
 * them all at once, and starts them all again when one fails; the run then goes on from its newest
 * checkpoint.
 *
 * <p>Every task is a worker, whose port is open to the network, unencrypted and without
 * authentication, as long as its executor lives; the first one also drives the run. All executors
 * must see the folder of the run and the data under one path.
 */
public final class BarrierTraining {

  private static final int FIRST_SETTING = 2;

  private BarrierTraining() {}

  /** Takes the number of workers, the folder of the run and the settings of its config. */
  public static void main(String[] arguments) {
    if (arguments.length < FIRST_SETTING || !arguments[0].matches("\\d{1,6}")) {
      System.err.println("usage: WORKERS FOLDER [KEY=VALUE ...]");
      System.exit(2);
    }
    List<String> settings = Arrays.asList(arguments).subList(FIRST_SETTING, arguments.length);
    try (JavaSparkContext spark = new JavaSparkContext(new SparkConf().setAppName("tflion"))) {
      double loss = train(spark, Integer.parseInt(arguments[0]), arguments[1], settings);
      System.out.println("loss " + loss + " in " + arguments[1]);
    }
  }

  /**
   * Trains to the end of the config.
   *
   * @param workers tasks that run at once; the cluster must have so many slots
   * @param folder of the run
   * @param settings of its config, such as {@code train.steps=100}
   * @return the last loss
   */
  public static double train(
      JavaSparkContext spark, int workers, String folder, List<String> settings) {
    Require.that(workers > 0, "BarrierTraining: workers must be 1 or more", workers);
    List<Integer> numbers = IntStream.range(0, workers).boxed().toList();
    Object losses =
        spark
            .parallelize(new ArrayList<>(numbers), workers)
            .rdd()
            .barrier()
            .mapPartitions(
                new WorkerTask(folder, settings),
                false,
                ClassTag$.MODULE$.<Double>apply(Double.class))
            .collect();
    return ((Double[]) losses)[0];
  }
}
