/**
 * Simulated people who chat with a running local stack and rate it, faults while they do, and what
 * must hold afterwards.
 */
package dev.heed.load;
