package org.tflion.cli.search;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.tflion.discovery.program.Program;
import org.tflion.discovery.task.Task;

/** A task that tells every hundredth time that it was asked. */
public final class CountedTask implements Task {

  private static final long INTERVAL = 100;

  private final Task task;
  private final LongConsumer listener;
  private final AtomicLong count = new AtomicLong();

  /**
   * Counts what is asked of a task.
   *
   * @param listener told the count, at every hundredth
   */
  public CountedTask(Task task, LongConsumer listener) {
    this.task = task;
    this.listener = listener;
  }

  @Override
  public String name() {
    return task.name();
  }

  @Override
  public double fitness(Program program) {
    double fitness = task.fitness(program);
    long now = count.incrementAndGet();
    if (now % INTERVAL == 0) {
      listener.accept(now);
    }
    return fitness;
  }

  @Override
  public double heldOut(Program program) {
    return task.heldOut(program);
  }
}
