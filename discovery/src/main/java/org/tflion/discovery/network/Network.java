package org.tflion.discovery.network;

import java.util.ArrayList;
import org.tflion.discovery.interpret.Leaves;
import org.tflion.discovery.task.Model;

/** A classifier on its batches: layers, then cross-entropy in nats. */
public final class Network implements Model {

  private final Batches batches;
  private final Parameters parameters;
  private final Layer layers;
  private final CrossEntropy loss;
  private final float[][] inputs; // [rows, width]
  private final int[] labels; // [rows]

  private Network(Batches batches, Parameters parameters, Layer layers) {
    this.batches = batches;
    this.parameters = parameters;
    this.layers = layers;
    this.loss = new CrossEntropy(batches.rows(), batches.classes());
    this.inputs = new float[batches.rows()][batches.width()];
    this.labels = new int[batches.rows()];
  }

  /** Two dense layers with a rectifier between them; weights start by the seed of the batches. */
  public static Network perceptron(Batches batches, int hidden) {
    var parameters = new Parameters(batches.seed() + 1);
    int rows = batches.rows();
    return new Network(
        batches,
        parameters,
        Chain.of(
            Dense.onData(parameters, rows, batches.width(), hidden),
            new Relu(rows, hidden),
            new Dense(parameters, rows, hidden, batches.classes())));
  }

  /**
   * A decoder-only transformer with normalisation before each branch; weights start by the seed of
   * the batches.
   */
  public static Network transformer(Batches batches, TransformerConfig config) {
    var parameters = new Parameters(batches.seed() + 1);
    int rows = batches.rows();
    int width = config.width();
    var layers = new ArrayList<Layer>();
    layers.add(new Embedding(parameters, rows, batches.classes(), config.context(), width));
    for (int i = 0; i < config.layers(); i++) {
      Layer attention = new Attention(parameters, rows, config.context(), config.heads(), width);
      layers.add(residual(parameters, rows, width, attention));
      Layer perceptron =
          Chain.of(
              new Dense(parameters, rows, width, 4 * width),
              new Relu(rows, 4 * width),
              new Dense(parameters, rows, 4 * width, width));
      layers.add(residual(parameters, rows, width, perceptron));
    }
    layers.add(new LayerNorm(parameters, rows, width));
    layers.add(new Dense(parameters, rows, width, batches.classes()));
    return new Network(batches, parameters, new Chain(layers));
  }

  private static Layer residual(Parameters parameters, int rows, int width, Layer branch) {
    return new Residual(rows, width, Chain.of(new LayerNorm(parameters, rows, width), branch));
  }

  @Override
  public Leaves leaves() {
    return parameters.leaves();
  }

  @Override
  public void initialise(float[] weights) {
    parameters.initialise(weights);
  }

  @Override
  public double gradient(float[] weights, float[] gradient, int step) {
    parameters.load(weights);
    double mean = forward(Split.TRAIN, step);
    layers.backward(loss.gradient());
    parameters.store(gradient);
    return mean;
  }

  @Override
  public double validationLoss(float[] weights) {
    return meanLoss(weights, Split.VALIDATION);
  }

  @Override
  public double testLoss(float[] weights) {
    return meanLoss(weights, Split.TEST);
  }

  private double meanLoss(float[] weights, Split split) {
    parameters.load(weights);
    double sum = 0;
    for (int i = 0; i < batches.count(split); i++) {
      sum += forward(split, i);
    }
    return sum / batches.count(split);
  }

  private double forward(Split split, int index) {
    batches.fill(split, index, inputs, labels);
    return loss.loss(layers.forward(inputs), labels);
  }
}
