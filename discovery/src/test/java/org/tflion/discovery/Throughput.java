package org.tflion.discovery;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.tflion.discovery.mutate.MutationConfig;
import org.tflion.discovery.mutate.Mutator;
import org.tflion.discovery.network.ProxyTask;
import org.tflion.discovery.program.PaperProgram;
import org.tflion.discovery.program.Program;
import org.tflion.discovery.search.Budget;
import org.tflion.discovery.search.Search;
import org.tflion.discovery.search.SearchConfig;
import org.tflion.discovery.search.SearchProgress;
import org.tflion.discovery.task.Task;
import org.tflion.discovery.task.TrainingTask;

/**
 * Prints how fast this machine mutates, evaluates and searches; not a test.
 *
 * <p>Arguments: the folder of the data, threads, seconds for each line.
 */
public final class Throughput {

  private Throughput() {}

  public static void main(String[] arguments) throws IOException {
    Path data = Path.of(arguments[0]);
    int threads = Integer.parseInt(arguments[1]);
    Duration time = Duration.ofSeconds(Long.parseLong(arguments[2]));
    for (int length : new int[] {10, 20, 40, 80}) {
      print("mutated and checked programs/s of %d statements: %.0f", length, mutate(length, time));
    }
    TrainingTask digits = ProxyTask.digits(data, 1);
    mutate(20, time);
    print(
        "evaluations/s of AdamW on %s: %.0f",
        digits.name(), evaluate(digits.elsewhere(digits.repetitions()), threads, time));
    SearchProgress end =
        Search.of(digits, SearchConfig.DEFAULT.withSeed(1)).run(Budget.ofTime(time), threads);
    double seconds = time.toMillis() / 1e3;
    print(
        "search: %.0f programs/s, %.0f evaluations/s, hit rate %.3f, redundant %.3f, %.4f to %.4f",
        end.programs() / seconds,
        end.evaluations() / seconds,
        end.cacheHitRate(),
        end.redundantShare(),
        end.first().fitness(),
        end.best().fitness());
  }

  /** Children a second, drawn and analysed by one thread, of a random program of this length. */
  private static double mutate(int length, Duration time) {
    var mutator = new Mutator(MutationConfig.DEFAULT);
    var random = new SplittableRandom(1);
    Program program = PaperProgram.ADAMW.program();
    var grow = new Mutator(new MutationConfig(1, 0, 0, 0, length));
    while (program.size() < length) {
      program = grow.child(program, random).program();
    }
    long made = 0;
    long start = System.nanoTime();
    while (System.nanoTime() - start < time.toNanos()) {
      made += mutator.child(program, random).program().size() > 0 ? 1 : 0;
    }
    return made / (time.toNanos() / 1e9);
  }

  private static double evaluate(Task task, int threads, Duration time) {
    var made = new AtomicLong();
    long end = System.nanoTime() + time.toNanos();
    Thread[] workers = new Thread[threads];
    for (int i = 0; i < threads; i++) {
      workers[i] =
          new Thread(
              () -> {
                while (System.nanoTime() < end) {
                  task.fitness(PaperProgram.ADAMW.program());
                  made.incrementAndGet();
                }
              });
      workers[i].start();
    }
    for (Thread worker : workers) {
      try {
        worker.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return made.get() / (time.toNanos() / 1e9);
  }

  private static void print(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }
}
