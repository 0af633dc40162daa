package espalier.work;

/** Who watches a run: told what happens, and asked whether to go on. */
public interface Monitor {
    /** Watches nothing and never stops. */
    Monitor SILENT = new Monitor() {
        @Override
        public void say(String line) {}

        @Override
        public void progress(String task, long done, long total, String note) {}

        @Override
        public boolean stopping() {
            return false;
        }
    };

    /** One line about what was done or found. */
    void say(String line);

    /** How far a task is, at most some thousand times a second. */
    void progress(String task, long done, long total, String note);

    /** Whether the run should write a checkpoint at the next step and end. */
    boolean stopping();
}
