// A bare WebKitGTK window: the floor that a cold start can reach, and the place where the baselines run. Shows the page of the
// first argument, drawn without a graphics card unless the second one is "gl". What the page writes into its title is printed;
// a title that begins with "done" ends it. Not here: anything that Diptych does.

#include <gtk/gtk.h>
#include <string.h>
#include <webkit2/webkit2.h>

static void titled(WebKitWebView *view, GParamSpec *spec, gpointer none) {
	(void)spec, (void)none;
	const char *title = webkit_web_view_get_title(view);
	if (!title) return;
	g_print("%s\n", title);
	if (g_str_has_prefix(title, "done")) gtk_main_quit();
}

int main(int count, char **words) {
	if (count < 2) return 2;
	gtk_init(&count, &words);
	GtkWidget *window = gtk_window_new(GTK_WINDOW_TOPLEVEL);
	gtk_window_set_default_size(GTK_WINDOW(window), 1600, 1000);
	GtkWidget *view = webkit_web_view_new();
	WebKitSettings *settings = webkit_web_view_get_settings(WEBKIT_WEB_VIEW(view));
	gboolean gl = count > 2 && strcmp(words[2], "gl") == 0;
	webkit_settings_set_hardware_acceleration_policy(
		settings, gl ? WEBKIT_HARDWARE_ACCELERATION_POLICY_ALWAYS : WEBKIT_HARDWARE_ACCELERATION_POLICY_NEVER);
	webkit_settings_set_allow_file_access_from_file_urls(settings, TRUE);
	webkit_web_context_set_cache_model(webkit_web_view_get_context(WEBKIT_WEB_VIEW(view)), WEBKIT_CACHE_MODEL_DOCUMENT_VIEWER);
	g_signal_connect(view, "notify::title", G_CALLBACK(titled), NULL);
	g_signal_connect(window, "destroy", G_CALLBACK(gtk_main_quit), NULL);
	gtk_container_add(GTK_CONTAINER(window), view);
	webkit_web_view_load_uri(WEBKIT_WEB_VIEW(view), words[1]);
	gtk_widget_show_all(window);
	gtk_main();
	return 0;
}
