package org.tflion.train.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.SessionLog;
import org.tensorflow.proto.Summary;
import org.tflion.train.loop.LoopListener;
import org.tflion.train.metrics.StepMetrics;

class EventFileTest {

  private static final InstantSource NOON = () -> Instant.ofEpochMilli(1_700_000_000_500L);

  @TempDir private Path folder;

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.sorted().toList();
    }
  }

  /** The messages between the frames; DocumentReaderTest checks the frames themselves. */
  private static List<Event> events(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<Event> events = new ArrayList<>();
    while (bytes.hasRemaining()) {
      byte[] data = new byte[(int) bytes.getLong()];
      bytes.getInt();
      bytes.get(data);
      bytes.getInt();
      events.add(Event.parseFrom(data));
    }
    return events;
  }

  private static StepMetrics metrics(long step) {
    Double validation = step == 7 ? (Double) 2.25 : null;
    return new StepMetrics(
        step,
        2.5,
        validation,
        1e-4,
        0.5,
        32 * step,
        100,
        20,
        1,
        null,
        null,
        0.25,
        Map.of(),
        Map.of());
  }

  @Test
  void beginsWithItsVersionAndVoidsLaterSteps() throws IOException {
    EventFile.create(folder, 40, NOON).close();
    EventFile.create(folder, 41, NOON).close();
    assertThat(files())
        .extracting(file -> file.getFileName().toString())
        .containsExactly(
            "events.out.tfevents.1700000000.tflion.000",
            "events.out.tfevents.1700000000.tflion.001");
    List<Event> events = events(files().get(0));
    assertThat(events).hasSize(2);
    assertThat(events.get(0).getFileVersion()).isEqualTo("brain.Event:2");
    assertThat(events.get(0).getWallTime()).isEqualTo(1_700_000_000.5);
    assertThat(events.get(1).getStep()).isEqualTo(41);
    assertThat(events.get(1).getSessionLog().getStatus()).isEqualTo(SessionLog.SessionStatus.START);
  }

  @Test
  void writesNumbersWithTheirPluginOnce() throws IOException {
    try (EventFile file = EventFile.create(folder, 0, NOON)) {
      file.scalars(1, Map.of("a/b", 0.5));
      file.scalars(2, Map.of("a/b", 0.25));
    }
    List<Event> events = events(files().get(0));
    Summary.Value first = events.get(2).getSummary().getValue(0);
    assertThat(first.getTag()).isEqualTo("a/b");
    assertThat(first.getTensor().getFloatVal(0)).isEqualTo(0.5f);
    assertThat(first.getMetadata().getPluginData().getPluginName()).isEqualTo("scalars");
    Summary.Value second = events.get(3).getSummary().getValue(0);
    assertThat(second.getTensor().getFloatVal(0)).isEqualTo(0.25f);
    assertThat(second.hasMetadata()).isFalse();
    assertThat(events.get(3).getStep()).isEqualTo(2);
  }

  @Test
  void writesTextAndHistograms() throws IOException {
    try (EventFile file = EventFile.create(folder, 0, NOON)) {
      file.text(3, "sample", "caf\u00e9");
      file.histogram(3, "w", new double[][] {{-1, 0, 5}, {0, 1, 6}});
    }
    List<Event> events = events(files().get(0));
    Summary.Value text = events.get(2).getSummary().getValue(0);
    assertThat(text.getTensor().getStringVal(0).toStringUtf8()).isEqualTo("caf\u00e9");
    Summary.Value histogram = events.get(3).getSummary().getValue(0);
    assertThat(histogram.getTensor().getDoubleValList())
        .containsExactly(-1.0, 0.0, 5.0, 0.0, 1.0, 6.0);
    assertThat(histogram.getTensor().getTensorShape().getDim(0).getSize()).isEqualTo(2);
    assertThat(histogram.getMetadata().getPluginData().getPluginName()).isEqualTo("histograms");
  }

  @Test
  void theListenerWritesTheFirstTheDueAndTheEvaluatedSteps() throws IOException {
    try (EventListener listener =
        new EventListener(EventFile.create(folder, 0, NOON), 5, warning -> {})) {
      for (long step = 1; step <= 12; step++) {
        listener.onStep(metrics(step));
      }
    }
    List<Event> events = events(files().get(0)).subList(2, 6);
    assertThat(events).extracting(Event::getStep).containsExactly(1L, 5L, 7L, 10L);
    Map<String, Float> values = new TreeMap<>();
    for (Summary.Value value : events.get(2).getSummary().getValueList()) {
      values.put(value.getTag(), value.getTensor().getFloatVal(0));
    }
    assertThat(values)
        .containsEntry("loss/train", 2.5f)
        .containsEntry("loss/validation", 2.25f)
        .containsEntry("speed/data_wait_ms", 0.25f)
        .containsEntry("optimizer/skipped", 1f)
        .hasSize(8);
    assertThat(events.get(0).getSummary().getValueCount()).isEqualTo(7);
  }

  @Test
  void aClosedDiskEndsTheFileAndNotTheRun() throws IOException {
    List<String> warnings = new ArrayList<>();
    EventFile file = EventFile.create(folder, 0, NOON);
    file.close();
    EventListener listener = new EventListener(file, 1, warnings::add);
    listener.onStep(metrics(1));
    listener.onStep(metrics(2));
    listener.close();
    assertThat(warnings).hasSize(1).first().asString().startsWith("TensorBoard's events could not");
  }

  /** A new method of the interface would otherwise be lost on the way. */
  @Test
  void severalListenersHearEverything() throws NoSuchMethodException {
    for (var method : LoopListener.class.getDeclaredMethods()) {
      assertThat(
              Listeners.class
                  .getDeclaredMethod(method.getName(), method.getParameterTypes())
                  .getDeclaringClass())
          .isEqualTo(Listeners.class);
    }
    List<String> heard = new ArrayList<>();
    LoopListener one = listener("a", heard, false);
    LoopListener both = new Listeners(List.of(one, listener("b", heard, true)));
    both.onStep(metrics(3));
    both.onEvaluation(1, 2);
    both.onCheckpoint(4, folder);
    both.onWarning("w");
    assertThat(both.stops()).isTrue();
    assertThat(new Listeners(List.of(one)).stops()).isFalse();
    assertThat(heard).containsExactly("a3", "b3", "a1/2", "b1/2", "a@4", "b@4", "aw", "bw");
  }

  private static LoopListener listener(String name, List<String> heard, boolean stops) {
    return new LoopListener() {
      @Override
      public void onStep(StepMetrics metrics) {
        heard.add(name + metrics.step());
      }

      @Override
      public void onEvaluation(int batch, int batches) {
        heard.add(name + batch + "/" + batches);
      }

      @Override
      public void onCheckpoint(long step, Path folder) {
        heard.add(name + "@" + step);
      }

      @Override
      public void onWarning(String sentence) {
        heard.add(name + sentence);
      }

      @Override
      public boolean stops() {
        return stops;
      }
    };
  }
}
