package org.tflion.cli.search;

import java.nio.file.Path;
import org.tflion.discovery.lower.ProgramRule;
import org.tflion.optim.Rule;
import org.tflion.schedule.Schedule;
import org.tflion.train.step.ProgramReader;

/** Programs of the search as optimizers of a training: {@code --set optimizer.program=FILE}. */
public final class DiscoveredPrograms implements ProgramReader {

  @Override
  public Rule read(Path file, Schedule learningRate, double weightDecay) {
    return ProgramRule.read(file, learningRate, weightDecay);
  }
}
