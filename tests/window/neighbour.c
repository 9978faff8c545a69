// Another program on the desktop. `paste FILE` writes the picture on the clipboard into a file, as it lies there; `shelf X Y` is
// a window at that place that takes files dropped on it, and prints one JSON line for the drop.

#include <gtk/gtk.h>
#include <string.h>

static int paste(const char *path) {
	GtkClipboard *clipboard = gtk_clipboard_get(GDK_SELECTION_CLIPBOARD);
	GtkSelectionData *data = gtk_clipboard_wait_for_contents(clipboard, gdk_atom_intern("image/png", FALSE));
	if (!data || gtk_selection_data_get_length(data) <= 0) return 1;
	const char *bytes = (const char *)gtk_selection_data_get_data(data);
	gboolean written = g_file_set_contents(path, bytes, gtk_selection_data_get_length(data), NULL);
	gtk_selection_data_free(data);
	return written ? 0 : 1;
}

static void received(GtkWidget *shelf, GdkDragContext *drag, gint x, gint y, GtkSelectionData *data, guint info, guint time, gpointer none) {
	(void)shelf, (void)x, (void)y, (void)info, (void)time, (void)none;
	gchar **uris = gtk_selection_data_get_uris(data);
	g_print("{\"copy\": %s, \"files\": [", gdk_drag_context_get_selected_action(drag) == GDK_ACTION_COPY ? "true" : "false");
	for (int at = 0; uris && uris[at]; at++) {
		gchar *path = g_filename_from_uri(uris[at], NULL, NULL);
		g_print("%s\"%s\"", at ? ", " : "", path ? path : "");
		g_free(path);
	}
	g_print("]}\n");
	g_strfreev(uris);
}

int main(int count, char **words) {
	gtk_init(&count, &words);
	if (count == 3 && strcmp(words[1], "paste") == 0) return paste(words[2]);
	if (count != 4 || strcmp(words[1], "shelf") != 0) return 2;
	GtkWidget *window = gtk_window_new(GTK_WINDOW_POPUP);
	gtk_window_set_default_size(GTK_WINDOW(window), 200, 200);
	gtk_window_move(GTK_WINDOW(window), atoi(words[2]), atoi(words[3]));
	gtk_drag_dest_set(window, GTK_DEST_DEFAULT_ALL, NULL, 0, GDK_ACTION_COPY | GDK_ACTION_MOVE);
	gtk_drag_dest_add_uri_targets(window);
	g_signal_connect(window, "drag-data-received", G_CALLBACK(received), NULL);
	gtk_widget_show_all(window);
	g_print("{\"ready\": true}\n");
	gtk_main();
	return 0;
}
