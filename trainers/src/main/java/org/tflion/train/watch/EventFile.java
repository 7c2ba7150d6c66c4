package org.tflion.train.watch;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.tensorflow.proto.DataClass;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.SessionLog;
import org.tensorflow.proto.Summary;
import org.tensorflow.proto.SummaryMetadata;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;
import org.tflion.train.data.format.TfRecords;

/**
 * A file of events that TensorBoard reads while it grows: TFRecords of {@code tensorflow.Event}.
 *
 * <p>Opening one for a step tells TensorBoard to forget what other files of the folder say of later
 * steps, so that a resumed run shows one curve. Methods throw {@link UncheckedIOException} if the
 * disk does.
 */
public final class EventFile implements AutoCloseable {

  private static final String VERSION = "brain.Event:2";

  private final FileChannel channel;
  private final InstantSource clock;
  private final Set<String> described = new HashSet<>();

  private EventFile(FileChannel channel, InstantSource clock) {
    this.channel = channel;
    this.clock = clock;
  }

  /**
   * Begins a new file.
   *
   * @param folder that holds the files of one run
   * @param step number of steps done: what was written of later ones is void
   * @param clock of the events
   */
  public static EventFile create(Path folder, long step, InstantSource clock) {
    try {
      EventFile file = new EventFile(channel(folder, clock), clock);
      file.add(Event.newBuilder().setFileVersion(VERSION));
      SessionLog start = SessionLog.newBuilder().setStatus(SessionLog.SessionStatus.START).build();
      file.add(Event.newBuilder().setStep(step + 1).setSessionLog(start));
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** TensorBoard reads files in the order of their names: the time comes first. */
  private static FileChannel channel(Path folder, InstantSource clock) throws IOException {
    for (int i = 0; ; i++) {
      String name = "events.out.tfevents.%010d.tflion.%03d";
      Path file = folder.resolve(name.formatted(clock.millis() / 1000, i));
      try {
        return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      } catch (FileAlreadyExistsException e) {
        // Another run of the same second: the next number.
      }
    }
  }

  /** Adds numbers of a step by their tags. */
  public void scalars(long step, Map<String, Double> values) {
    Summary.Builder summary = Summary.newBuilder();
    values.forEach(
        (tag, value) -> {
          TensorProto tensor =
              TensorProto.newBuilder()
                  .setDtype(DataType.DT_FLOAT)
                  .setTensorShape(TensorShapeProto.getDefaultInstance())
                  .addFloatVal(value.floatValue())
                  .build();
          summary.addValue(value(tag, "scalars", DataClass.DATA_CLASS_SCALAR).setTensor(tensor));
        });
    add(step, summary);
  }

  /** Adds a text of a step, which is shown as Markdown. */
  public void text(long step, String tag, String text) {
    TensorProto tensor =
        TensorProto.newBuilder()
            .setDtype(DataType.DT_STRING)
            .setTensorShape(shape(1))
            .addStringVal(ByteString.copyFromUtf8(text))
            .build();
    add(
        step,
        Summary.newBuilder()
            .addValue(value(tag, "text", DataClass.DATA_CLASS_TENSOR).setTensor(tensor)));
  }

  /**
   * Adds the distribution of values of a step.
   *
   * @param buckets left edge, right edge and count of each, ascending // [buckets][3]
   */
  public void histogram(long step, String tag, double[][] buckets) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setDtype(DataType.DT_DOUBLE)
            .setTensorShape(shape(buckets.length, 3));
    for (double[] bucket : buckets) {
      for (double number : bucket) {
        tensor.addDoubleVal(number);
      }
    }
    add(
        step,
        Summary.newBuilder()
            .addValue(value(tag, "histograms", DataClass.DATA_CLASS_TENSOR).setTensor(tensor)));
  }

  /** What shows a tag is said once, with its first value. */
  private Summary.Value.Builder value(String tag, String plugin, DataClass kind) {
    Summary.Value.Builder value = Summary.Value.newBuilder().setTag(tag);
    if (described.add(tag)) {
      value.setMetadata(
          SummaryMetadata.newBuilder()
              .setDataClass(kind)
              .setPluginData(SummaryMetadata.PluginData.newBuilder().setPluginName(plugin)));
    }
    return value;
  }

  private static TensorShapeProto shape(long... sizes) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long size : sizes) {
      shape.addDim(TensorShapeProto.Dim.newBuilder().setSize(size));
    }
    return shape.build();
  }

  private void add(long step, Summary.Builder summary) {
    try {
      add(Event.newBuilder().setStep(step).setSummary(summary));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void add(Event.Builder event) throws IOException {
    byte[] bytes = event.setWallTime(clock.millis() / 1e3).build().toByteArray();
    ByteBuffer record = ByteBuffer.wrap(TfRecords.framed(bytes));
    while (record.hasRemaining()) {
      channel.write(record);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
