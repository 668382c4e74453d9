"""What an installation is made of, and `deploy.stack`, which makes one on this machine."""
