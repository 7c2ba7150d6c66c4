package org.tflion.cli.selftest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** Workers in processes of their own, on this machine's loopback. */
public final class WorkerPool implements AutoCloseable {

  private final Class<?> main;
  private final List<Integer> ports = new ArrayList<>();
  private final List<Child> workers = new ArrayList<>();

  private WorkerPool(Class<?> main) {
    this.main = main;
  }

  /** Starts some, and waits until they are ready. */
  public static WorkerPool start(Class<?> main, int count) throws IOException {
    WorkerPool pool = new WorkerPool(main);
    try {
      for (int i = 0; i < count; i++) {
        try (ServerSocket free = new ServerSocket(0)) {
          pool.ports.add(free.getLocalPort());
        }
        pool.workers.add(pool.launch(i));
      }
      for (Child worker : pool.workers) {
        ready(worker);
      }
      return pool;
    } catch (IOException e) {
      pool.close();
      throw e;
    }
  }

  private Child launch(int worker) throws IOException {
    return Child.start(main, "worker", "--threads", "1", "--listen", address(ports.get(worker)));
  }

  private static void ready(Child worker) throws IOException {
    if (!worker.says("worker ready")) {
      throw new IOException("a worker ended before it was ready");
    }
    worker.ignore();
  }

  private static String address(int port) {
    return "127.0.0.1:" + port;
  }

  /** Their addresses. */
  public List<String> addresses() {
    return ports.stream().map(WorkerPool::address).toList();
  }

  /** Their process numbers. */
  public List<Long> pids() {
    return workers.stream().map(Child::pid).toList();
  }

  /** Kills one. */
  void kill(int worker) {
    workers.get(worker).close();
  }

  /** Kills one a moment from now, while the caller goes on, and starts it again. */
  void killAndRestart(int worker, long milliseconds) {
    Thread killer =
        new Thread(
            () -> {
              try {
                workers.get(worker).await(milliseconds);
                workers.get(worker).kill();
                workers.set(worker, launch(worker));
                ready(workers.get(worker));
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "killer");
    killer.setDaemon(true);
    killer.start();
  }

  /** Sends one a signal. */
  void signal(int worker, String name) {
    try {
      workers.get(worker).signal(name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    workers.forEach(Child::close);
  }
}
