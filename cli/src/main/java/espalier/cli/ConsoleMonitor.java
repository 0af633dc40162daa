package espalier.cli;

import espalier.work.Monitor;

/** Shows a run on the console and stops it when the user asks for that. */
record ConsoleMonitor(ProgressLine line, Interruption interruption) implements Monitor {
    @Override
    public void say(String text) {
        line.line(text);
    }

    @Override
    public void progress(String task, long done, long total, String note) {
        line.update(task, done, total, note);
    }

    @Override
    public boolean stopping() {
        return interruption.requested();
    }
}
