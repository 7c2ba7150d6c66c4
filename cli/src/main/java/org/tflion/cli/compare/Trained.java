package org.tflion.cli.compare;

import java.nio.file.Path;
import org.tflion.train.watch.Curve;
import org.tflion.train.watch.MetricsHistory;

/**
 * A part that is over.
 *
 * @param part what it was
 * @param measured what it said
 * @param loss of its steps
 * @param valLoss of its evaluations
 * @param stepMs means since the line before
 */
record Trained(Part part, Measured measured, Curve loss, Curve valLoss, Curve stepMs) {

  static Trained of(Part part, Measured measured, Path comparison) {
    MetricsHistory history = MetricsHistory.read(part.folder(comparison).resolve("metrics.jsonl"));
    return new Trained(
        part,
        measured,
        history.curve("loss", part.name()),
        history.curve("val_loss", part.name()),
        history.curve("step_ms", part.name()));
  }
}
