package org.tflion.cli.selftest;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.tflion.train.Training;
import org.tflion.train.config.TrainConfig;
import org.tflion.train.loop.LoopListener;
import org.tflion.train.metrics.StepMetrics;

/**
 * Drills of runs over two workers: a worker or the run itself is killed, hangs or stays away, and
 * the run must end where one ends that was left alone.
 *
 * @param small what runs
 * @param folder to work in
 * @param main of the command line
 */
record ShardDrills(SmallRun small, Path folder, Class<?> main) {

  private static final int WORKERS = 2;

  /** Steps between two disturbances; a checkpoint lies in between. */
  private static final int APART = 2 * SmallRun.INTERVAL + 1;

  /** Longest time from the end of a step to a kill, in milliseconds. */
  private static final int MOMENT = 20;

  /** The same loss up to the order of sums, which another number of workers has. */
  private static final double SAME_LOSS = 1e-5;

  private static final String LOST = "a worker was lost";

  private TrainConfig config(WorkerPool workers, String... more) {
    String[] settings = new String[more.length + 1];
    settings[0] = "shard.workers=" + String.join(",", workers.addresses());
    System.arraycopy(more, 0, settings, 1, more.length);
    return small.config(settings);
  }

  /** What is done to the workers, again and again, and how often it was noticed. */
  private abstract static class Disturbance implements LoopListener {

    private final int times;
    private int done;
    private int noticed;

    Disturbance(int times) {
      this.times = times;
    }

    @Override
    public void onStep(StepMetrics metrics) {
      if (done < times && metrics.step() >= (long) APART * (done + 1)) {
        done++;
        disturb();
      }
    }

    @Override
    public void onWarning(String sentence) {
      if (sentence.startsWith(LOST)) {
        noticed++;
        lost();
      }
    }

    abstract void disturb();

    void lost() {}

    /** Whether the run noticed everything that was done. */
    boolean complete() {
      return done == times && noticed >= times;
    }
  }

  private static long end(int times) {
    return (long) APART * (times + 1);
  }

  private static void run(TrainConfig config, Path run, long steps, LoopListener listener) {
    try (Training training = Training.start(config, run)) {
      training.run(steps, listener);
    }
  }

  private static Outcome outcome(String drill, int times, boolean good) {
    return new Outcome(drill, times, good ? times : 0, 0);
  }

  /** A worker is killed in the middle of steps, and started again. */
  Outcome workerKills(int times, SplittableRandom random) throws IOException {
    Path run = folder.resolve("worker-killed");
    Path alone = folder.resolve("worker-left-alone");
    try (WorkerPool workers = WorkerPool.start(main, WORKERS)) {
      TrainConfig config = config(workers);
      Disturbance kills =
          new Disturbance(times) {
            @Override
            void disturb() {
              workers.killAndRestart(random.nextInt(WORKERS), random.nextInt(MOMENT));
            }
          };
      run(config, run, end(times), kills);
      run(config, alone, end(times), new LoopListener() {});
      boolean good = kills.complete() && RunDrills.sameTensors(run, alone);
      return outcome("worker killed (kill -9) and started again", times, good);
    }
  }

  /** A worker hangs until the run has noticed. */
  Outcome hangs(int times) throws IOException {
    Path run = folder.resolve("worker-hung");
    Path alone = folder.resolve("worker-awake");
    try (WorkerPool workers = WorkerPool.start(main, WORKERS)) {
      TrainConfig config = config(workers, "shard.step_seconds=3");
      Disturbance hangs =
          new Disturbance(times) {
            @Override
            void disturb() {
              workers.signal(1, "STOP");
            }

            @Override
            void lost() {
              workers.signal(1, "CONT");
            }
          };
      run(config, run, end(times), hangs);
      run(config, alone, end(times), new LoopListener() {});
      boolean good = hangs.complete() && RunDrills.sameTensors(run, alone);
      return outcome("worker stopped (SIGSTOP) until noticed", times, good);
    }
  }

  /** A worker goes for good, and the run goes on with the other. */
  Outcome losses(int times) throws IOException {
    int survived = 0;
    double expected = Double.NaN;
    for (int i = 0; i < times; i++) {
      try (WorkerPool workers = WorkerPool.start(main, WORKERS)) {
        TrainConfig config =
            config(workers, "shard.elastic=true", "shard.wait_seconds=1", "shard.step_seconds=5");
        if (i == 0) {
          Path alone = folder.resolve("all-stayed");
          run(config, alone, end(1), new LoopListener() {});
          expected = lastLoss(alone);
        }
        int leaving = i % WORKERS;
        Disturbance loss =
            new Disturbance(1) {
              @Override
              void disturb() {
                workers.kill(leaving);
              }
            };
        Path run = folder.resolve("one-left-" + i);
        run(config, run, end(1), loss);
        boolean good = loss.complete() && Math.abs(lastLoss(run) - expected) < SAME_LOSS;
        survived += good ? 1 : 0;
      }
    }
    return new Outcome("worker gone for good, --elastic", times, survived, 0);
  }

  /** The run itself is killed, and its workers serve the next one. */
  Outcome controllerKills(int times, SplittableRandom random)
      throws IOException, InterruptedException {
    Path run = folder.resolve("controller-killed");
    Path alone = folder.resolve("controller-left-alone");
    boolean trains = true;
    try (WorkerPool workers = WorkerPool.start(main, WORKERS)) {
      TrainConfig config = config(workers);
      run(config, run, SmallRun.INTERVAL, new LoopListener() {});
      for (int life = 0; life < times; life++) {
        List<String> arguments =
            List.of("train", "--resume", "--out", run.toString(), "--steps", "100000");
        try (Child child = Child.start(main, arguments.toArray(String[]::new))) {
          trains &= child.says("step ");
          child.await(random.nextInt(MOMENT));
          child.kill();
        }
      }
      long end = RunDrills.newest(run) + 1;
      SmallRun.resume(config, run, end);
      run(config, alone, end, new LoopListener() {});
      boolean good = trains && RunDrills.sameTensors(run, alone);
      return outcome("run killed (kill -9), workers stay", times, good);
    }
  }

  private static double lastLoss(Path run) throws IOException {
    List<String> losses = RunDrills.losses(run);
    return Double.parseDouble(losses.get(losses.size() - 1).split(" ", -1)[1]);
  }
}
