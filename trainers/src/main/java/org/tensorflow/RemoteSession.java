package org.tensorflow;

import static org.tensorflow.internal.c_api.global.tensorflow.TF_SetConfig;
import static org.tensorflow.internal.c_api.global.tensorflow.TF_SetTarget;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.jspecify.annotations.NullMarked;
import org.tensorflow.internal.c_api.TF_Session;
import org.tensorflow.internal.c_api.TF_SessionOptions;
import org.tensorflow.internal.c_api.TF_Status;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.RunOptions;

/**
 * Sessions that run on the workers of a cluster.
 *
 * <p>TensorFlow Java 1.1.0 takes a target and ignores it: every public constructor makes a session
 * of this process. The one that takes a native session is package-private, which is why this class
 * is in this package.
 */
@NullMarked
public final class RemoteSession {

  private RemoteSession() {}

  /**
   * Opens a session whose variables have no values yet; run the graph's initializers or restore.
   *
   * @param target of the worker that runs the session, such as {@code grpc://10.0.0.5:2222}
   * @throws org.tensorflow.exceptions.TensorFlowException if it is refused or out of reach
   */
  @SuppressWarnings("try") // the scope frees what is made inside it
  public static Session open(Graph graph, String target, ConfigProto config) {
    try (PointerScope scope = new PointerScope();
        Graph.Reference reference = graph.ref()) {
      TF_Status status = TF_Status.newStatus();
      TF_SessionOptions options = TF_SessionOptions.newSessionOptions();
      TF_SetTarget(options, target);
      BytePointer bytes = new BytePointer(config.toByteArray());
      TF_SetConfig(options, bytes, bytes.capacity(), status);
      status.throwExceptionIfNotOK();
      TF_Session handle = TF_Session.newSession(reference.nativeHandle(), options, status);
      status.throwExceptionIfNotOK();
      return new Session(graph, handle.retainReference());
    }
  }

  /** Gives the variables of a session their first values, as a run with options. */
  public static void initialize(Session session, RunOptions options) {
    // A session refuses to run anything before, even the initializers themselves.
    session.markAllInitializersAsRan();
    Session.Runner runner = session.runner().setOptions(options);
    session.graph().initializers().forEach(runner::addTarget);
    runner.run().close();
  }
}
