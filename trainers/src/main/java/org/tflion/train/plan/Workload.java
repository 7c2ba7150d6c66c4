package org.tflion.train.plan;

import org.tflion.Require;
import org.tflion.train.data.BatchShape;
import org.tflion.train.model.Model;
import org.tflion.train.step.StepConfig;

/**
 * What is to be trained.
 *
 * @param model its parameters and its passes
 * @param step its optimizer, whose slots are counted
 * @param batch of one update, on all devices together
 * @param tokensOfRow what is counted as a token: those that are predicted in a row of text, one
 *     where a row is a picture
 */
public record Workload(Model model, StepConfig step, BatchShape batch, int tokensOfRow) {

  /** So many rows of the batch. */
  BatchShape rows(int rows) {
    return new BatchShape(rows, batch.features());
  }

  /** Tokens of so many rows. */
  double tokens(int rows) {
    return (double) rows * tokensOfRow;
  }

  /**
   * Rows of one update on each device.
   *
   * @throws IllegalArgumentException if they do not come out even
   */
  int rowsOfDevice(Layout layout) {
    int parts = layout.batchParts();
    Require.that(
        batch.rows() % parts == 0,
        "train.batch must be a multiple of data * fsdp = " + parts + " of the mesh",
        batch.rows());
    return batch.rows() / parts;
  }
}
