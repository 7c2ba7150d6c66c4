import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;

/** DJL's AdamW on its PyTorch engine. */
final class Peer {

  private Peer() {}

  public static void main(String[] arguments) {
    try (NDManager manager = NDManager.newBaseManager()) {
      Shape shape = new Shape(Clock.PARAMETERS / 1024, 1024);
      NDArray w = manager.randomNormal(shape, DataType.FLOAT32);
      NDArray g = manager.randomNormal(shape, DataType.FLOAT32);
      Optimizer adamW =
          Optimizer.adamW().optLearningRateTracker(Tracker.fixed(1e-3f)).optWeightDecays(0.01f).build();
      float before = w.sum().getFloat();
      Clock.time(
          "DJL 0.35.1 AdamW on PyTorch " + Engine.getInstance().getVersion(),
          () -> adamW.update("w", w, g));
      Clock.moved(before, w.sum().getFloat());
    }
  }
}
