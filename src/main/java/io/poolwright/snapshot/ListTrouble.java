package io.poolwright.snapshot;

/**
 * Why the list of the objects that a job's tasks are made of cannot be read.
 *
 * @param lost for good: nobody can make it again
 */
public record ListTrouble(String sentence, boolean lost) {}
