package org.tflion.train.loop;

/** How a run keeps what it has reached. All is called on the thread that trains. */
public interface Saves {

  /** Keeps nothing. */
  Saves NONE =
      new Saves() {
        @Override
        public void save(Reached reached) {}

        @Override
        public boolean wants(double valLoss) {
          return false;
        }

        @Override
        public void check() {}

        @Override
        public void finish() {}
      };

  /** Keeps the state after a step; it may return before that is on the disk. */
  void save(Reached reached);

  /** Whether a validation loss is so good that its state is to be kept. */
  boolean wants(double valLoss);

  /** Called after every step: an earlier save may have come to its end, good or bad. */
  void check();

  /** Waits until everything is on the disk. */
  void finish();
}
