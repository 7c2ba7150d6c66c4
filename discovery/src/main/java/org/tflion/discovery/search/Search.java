package org.tflion.discovery.search;

import org.tflion.discovery.program.PaperProgram;
import org.tflion.discovery.program.Program;
import org.tflion.discovery.task.Task;

/**
 * Everything a search needs.
 *
 * @param task judges the programs
 * @param config the settings
 * @param first where the search starts
 * @param log keeps the evaluations
 * @param listener hears of progress
 */
public record Search(
    Task task, SearchConfig config, Program first, SearchLog log, SearchListener listener) {

  /** A search from AdamW, as in the paper, that keeps no log. */
  public static Search of(Task task, SearchConfig config) {
    return new Search(
        task, config, PaperProgram.ADAMW.program(), SearchLog.none(), SearchListener.NONE);
  }

  public Search withFirst(Program value) {
    return new Search(task, config, value, log, listener);
  }

  public Search withLog(SearchLog value) {
    return new Search(task, config, first, value, listener);
  }

  public Search withListener(SearchListener value) {
    return new Search(task, config, first, log, value);
  }

  public Search withConfig(SearchConfig value) {
    return new Search(task, value, first, log, listener);
  }

  /**
   * Runs to the end of the budget, or until the thread is interrupted.
   *
   * @param threads that measure fitness; the result does not depend on them
   * @throws org.tflion.discovery.abstracts.InvalidProgramException if the first program cannot run
   * @throws IllegalStateException if the task fails
   */
  public SearchProgress run(Budget budget, int threads) {
    if (threads <= 0) {
      throw new IllegalArgumentException("Search: threads must be above 0 (got " + threads + ")");
    }
    return Evolution.run(this, budget, threads);
  }
}
