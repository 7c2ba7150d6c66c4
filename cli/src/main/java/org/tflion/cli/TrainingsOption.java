package org.tflion.cli;

import org.jspecify.annotations.Nullable;
import org.tflion.cli.search.ReportOptions;
import org.tflion.discovery.task.TrainingTask;
import picocli.CommandLine.Option;

/** The option to judge programs by more trainings than a search does, and by others. */
final class TrainingsOption {

  @Option(
      names = "--trainings",
      paramLabel = "N",
      description =
          "Judge by N trainings that no search of this task uses (default: those of a search).")
  private @Nullable Integer trainings;

  /** The task, or the same elsewhere. */
  TrainingTask over(TrainingTask task) {
    if (trainings == null) {
      return task;
    }
    ReportOptions.requireTrainings(trainings);
    return task.elsewhere(trainings);
  }
}
