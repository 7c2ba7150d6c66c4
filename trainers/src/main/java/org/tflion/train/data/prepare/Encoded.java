package org.tflion.train.data.prepare;

/**
 * The tokens of a unit.
 *
 * @param tokens of its documents, one after the other
 * @param ends the number of tokens up to the end of each document that ends in the unit
 */
@SuppressWarnings("ArrayRecordComponent") // Copying or comparing them would only cost time.
record Encoded(int[] tokens, int[] ends) {}
