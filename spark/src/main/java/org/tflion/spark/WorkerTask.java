package org.tflion.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.BarrierTaskContext;
import org.tflion.train.RunDirectory;
import org.tflion.train.Training;
import org.tflion.train.config.TrainConfig;
import org.tflion.train.config.TrainConfigs;
import org.tflion.train.loop.LoopListener;
import org.tflion.train.shard.WorkerServer;
import scala.collection.Iterator;
import scala.runtime.AbstractFunction1;

/** One task of the stage: a worker and, if it is the first, the run over all of them. */
final class WorkerTask extends AbstractFunction1<Iterator<Integer>, Iterator<Double>>
    implements java.io.Serializable {

  private static final long serialVersionUID = 1;

  /**
   * Ports of the workers of this executor by the number of their task. A worker cannot be closed,
   * so that of a stage that failed serves the next.
   */
  private static final Map<Integer, Integer> PORTS = new ConcurrentHashMap<>();

  private final String folder;
  private final String[] settings;

  WorkerTask(String folder, List<String> settings) {
    this.folder = folder;
    this.settings = settings.toArray(String[]::new);
  }

  @Override
  public Iterator<Double> apply(Iterator<Integer> numbers) {
    BarrierTaskContext stage = BarrierTaskContext.get();
    int number = stage.partitionId();
    int port = PORTS.computeIfAbsent(number, key -> start());
    String host = stage.getTaskInfos()[number].address().replaceFirst(":\\d+$", "");
    String[] workers = stage.allGather(host + ":" + port);
    List<Double> losses = new ArrayList<>();
    if (number == 0) {
      losses.add(train(List.of(workers)));
    }
    stage.barrier(); // The workers are needed until the run is over.
    return scala.jdk.javaapi.CollectionConverters.asScala(losses.iterator());
  }

  private static int start() {
    int port = freePort();
    WorkerServer.start(port, 0);
    return port;
  }

  private static int freePort() {
    try (ServerSocket free = new ServerSocket(0)) {
      return free.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private double train(List<String> workers) {
    List<String> all = new ArrayList<>(List.of(settings));
    all.add("shard.mesh=");
    all.add("shard.workers=" + String.join(",", workers));
    TrainConfig config = TrainConfigs.read(null, all);
    Path run = Path.of(folder);
    boolean begun = !new RunDirectory(run).checkpoints().isEmpty();
    try (Training training = begun ? Training.resume(config, run) : Training.start(config, run)) {
      return training.run(config.train().steps(), new LoopListener() {}).loss();
    }
  }
}
