"""docconv in a publishing workflow: dependencies for make, the cache, the configuration, what a machine lacks.

It knows command lines, files and folders, and nothing of documents; the command line brings both together.
"""
