package org.tflion.train;

import java.util.Map;
import org.tflion.train.data.Dataset;

/**
 * The size of a run.
 *
 * @param parameters numbers that are trained
 * @param data how much there is to learn from
 * @param baseline what the most common answer scores in validation, by metric
 * @param files that the data come from
 */
public record Summary(
    long parameters, Dataset.Size data, Map<String, Double> baseline, int files) {}
