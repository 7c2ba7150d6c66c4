package org.tflion.train.watch;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.tflion.train.loop.LoopListener;
import org.tflion.train.metrics.StepMetrics;

/**
 * Several listeners as one.
 *
 * @param all of them, in the order in which they hear
 */
public record Listeners(List<LoopListener> all) implements LoopListener {

  public Listeners {
    all = List.copyOf(all);
  }

  private void tell(Consumer<LoopListener> what) {
    all.forEach(what);
  }

  @Override
  public void onStep(StepMetrics metrics) {
    tell(listener -> listener.onStep(metrics));
  }

  @Override
  public void onEvaluation(int batch, int batches) {
    tell(listener -> listener.onEvaluation(batch, batches));
  }

  @Override
  public void onCheckpoint(long step, Path folder) {
    tell(listener -> listener.onCheckpoint(step, folder));
  }

  @Override
  public void onWarning(String sentence) {
    tell(listener -> listener.onWarning(sentence));
  }

  @Override
  public Map<String, Double> deviceMetrics(StepMetrics step) {
    Map<String, Double> together = new LinkedHashMap<>();
    tell(listener -> together.putAll(listener.deviceMetrics(step)));
    return together;
  }

  @Override
  public boolean stops() {
    return all.stream().anyMatch(LoopListener::stops);
  }
}
