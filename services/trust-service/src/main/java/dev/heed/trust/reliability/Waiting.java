package dev.heed.trust.reliability;

import java.util.AbstractCollection;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * Raters whose windows wait to be re-run, first come first served. What was changed since the last
 * {@link #mark} can be undone at the cost of those changes, however many wait.
 */
final class Waiting extends AbstractCollection<String> {

  /** One change; {@code added}: at the end, else taken from the front. */
  private record Change(String id, boolean added) {}

  private final Deque<String> queue = new ArrayDeque<>();
  private final Deque<Change> changes = new ArrayDeque<>();
  private boolean marked; // nothing is remembered for who never undoes

  @Override
  public boolean add(String id) {
    queue.addLast(id);
    remember(id, true);
    return true;
  }

  String removeFirst() {
    String id = queue.removeFirst();
    remember(id, false);
    return id;
  }

  private void remember(String id, boolean added) {
    if (marked) {
      changes.push(new Change(id, added));
    }
  }

  /** From here on changes can be undone. */
  void mark() {
    marked = true;
    changes.clear();
  }

  void undo() {
    while (!changes.isEmpty()) {
      Change change = changes.pop();
      if (change.added()) {
        queue.removeLast();
      } else {
        queue.addFirst(change.id());
      }
    }
  }

  /** Empties it for good: this cannot be undone. */
  @Override
  public void clear() {
    queue.clear();
    changes.clear();
  }

  /** What is removed by the iterator cannot come back. */
  @Override
  public Iterator<String> iterator() {
    changes.clear();
    return queue.iterator();
  }

  @Override
  public int size() {
    return queue.size();
  }
}
